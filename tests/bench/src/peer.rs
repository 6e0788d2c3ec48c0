//! The same work by `mysql_common`: read an event, iterate its rows and their values.

use mysql_common::binlog::EventStreamReader;
use mysql_common::binlog::consts::BinlogVersion;
use mysql_common::binlog::events::EventData;
use mysql_common::binlog::value::BinlogValue;

/// Every value of every row; returns how many there are.
pub fn rows(file: &[u8]) -> u64 {
    let mut reader = EventStreamReader::new(BinlogVersion::Version4);
    let mut input = file.get(4..).unwrap_or_default();
    let mut count = 0;
    while let Ok(Some(event)) = reader.read(&mut input) {
        let Ok(Some(EventData::RowsEvent(rows))) = event.read_data() else { continue };
        let Some(map) = reader.get_tme(rows.table_id()) else { continue };
        for row in rows.rows(map) {
            let Ok((before, after)) = row else { break };
            for image in [before, after].into_iter().flatten() {
                for at in 0..image.len() {
                    if let Some(value) = image.as_ref(at) {
                        std::hint::black_box::<&BinlogValue<'_>>(value);
                        count += 1;
                    }
                }
            }
        }
    }
    count
}
