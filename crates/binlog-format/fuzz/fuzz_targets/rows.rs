//! Rows of any kind under any table map.
#![no_main]

use binlog_format::event::Context;
use binlog_format::plan::TablePlans;
use binlog_format_fuzz::{assert_laws, control, event, format};
use libfuzzer_sys::fuzz_target;

const KINDS: [u8; 16] = [19, 20, 21, 22, 23, 24, 25, 30, 31, 32, 39, 166, 167, 168, 169, 170];

fuzz_target!(|data: &[u8]| {
    // Behind the data: how much of it is the table map, the type of the rows, the format.
    let ([low, high, kind, which], data) = control::<4>(data);
    let format = format(which);
    let split = usize::from(u16::from_le_bytes([low, high])).min(data.len());
    let (map, rows) = data.split_at(split);
    assert_laws(&event(19, map), &Context::new(&format));
    let kind = KINDS[usize::from(kind) % KINDS.len()];
    let mut plans = TablePlans::new();
    let Ok(plan) = plans.insert(map, format.table_head(19), &format) else { return };
    // The same table, whatever the rows say.
    let mut rows = rows.to_vec();
    let id = plan.table_id.to_le_bytes();
    let length = if format.short_table_ids(kind) { 4 } else { 6 };
    for (slot, byte) in rows.iter_mut().zip(&id[..length]) {
        *slot = *byte;
    }
    assert_laws(&event(kind, &rows), &Context::new(&format).with_tables(&plans));
});
