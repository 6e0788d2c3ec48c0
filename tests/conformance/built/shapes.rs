//! Transactions in the shapes that only these events have.

use binlog_format::names::code;

use super::{Log, MYSQL_9};

const GTID: [u8; 25] = {
    let mut body = [0x22; 25];
    body[0] = 0;
    [body[17], body[18], body[19], body[20], body[21], body[22], body[23], body[24]] = 7u64.to_le_bytes();
    body
};

fn query(text: &str) -> Vec<u8> {
    [&[8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0][..], text.as_bytes()].concat()
}

/// A transaction of one change to `d.t`, between these two queries.
fn change(log: Log, first: &str) -> Log {
    let map = [&[9, 0, 0, 0, 0, 0, 1, 0][..], b"\x01d\0\x01t\0\x01\x03\0\x01"].concat();
    let row = [9, 0, 0, 0, 0, 0, 1, 0, 2, 0, 1, 1, 0, 5, 0, 0, 0];
    log.event(code::QUERY, &query(first)).event(code::TABLE_MAP, &map).event(code::WRITE_ROWS, &row)
}

fn xa_prepare(one_phase: u8) -> Vec<u8> {
    [&[one_phase, 1, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0][..], b"x"].concat()
}

#[test]
fn xa_transactions_end_at_their_prepare() {
    let log = Log::new("9.7.0", &MYSQL_9).event(code::GTID, &GTID);
    let log = change(log, "XA START X'78',X'',1").event(code::QUERY, &query("XA END X'78',X'',1"));
    let log = log.event(code::XA_PREPARE, &xa_prepare(0)).event(code::GTID, &GTID);
    let log = log.event(code::QUERY, &query("XA COMMIT X'78',X'',1")).event(code::GTID, &GTID);
    let log = change(log, "XA START X'79',X'',1").event(code::XA_PREPARE, &xa_prepare(1));
    let units = log.units();
    assert_eq!(units[2..], ["6 [22222222…:7] d.t", "2 [22222222…:7] XA COMMIT X'78',X'',1", "5 [22222222…:7] d.t"]);
    assert!(log.totals().unfinished.is_empty());
}

#[test]
fn tagged_transactions_are_named_by_their_tag() {
    let tagged = [&[0x02, 0x2e, 0, 0, 0, 2][..], &[0; 16], &[4, 12, 6, 6], b"abc"].concat();
    let mut tagged = tagged;
    tagged[1] = (tagged.len() as u8) << 1;
    let log = change(Log::new("9.7.0", &MYSQL_9).event(code::GTID_TAGGED, &tagged), "BEGIN");
    let log = log.event(code::XID, &9u64.to_le_bytes());
    assert_eq!(log.units()[2..], ["5 [00000000…:abc:3] d.t"]);
    assert!(log.totals().unfinished.is_empty());
}

#[test]
fn consensus_events_stand_before_transactions_and_inside_large_ones() {
    let log = Log::new("8.0.32-X-Cluster-8.4.20", &MYSQL_9).event(code::CONSENSUS, &[0; 36]);
    let log = log.event(code::GCN, &[0; 9]).event(code::GTID, &GTID);
    let log = change(log, "BEGIN").event(code::CONSENSUS, &[0; 36]).event(code::XID, &9u64.to_le_bytes());
    let units = log.units();
    assert_eq!(units[2..], ["CONSENSUS_LOG_EVENT 0 @ 0 + 0", "GCN_LOG_EVENT ", "6 [22222222…:7] d.t"]);
    assert!(log.totals().unfinished.is_empty());
}

#[test]
fn incidents_and_heartbeats_stand_alone() {
    let log = Log::new("9.7.0", &MYSQL_9)
        .event(code::INCIDENT, b"\x01\0\0")
        .event(code::HEARTBEAT, b"binlog.000007")
        .event(code::VIEW_CHANGE, &[0; 52])
        .event(code::GTID, &GTID);
    let units = change(log, "BEGIN").event(code::XID, &9u64.to_le_bytes()).units();
    assert_eq!(units.len(), 6, "{units:?}");
    assert_eq!(units[2..4], ["INCIDENT_EVENT LOST_EVENTS", "HEARTBEAT_LOG_EVENT binlog.000007:189"]);
    assert_eq!(units[5], "5 [22222222…:7] d.t");
}
