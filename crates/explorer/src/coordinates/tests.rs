//! Wordings that no server here can be made to write; those of real servers are read in
//! tests/conformance/coordinates.rs.

use super::*;

fn read(text: &str) -> Coordinates {
    assert!(crate::paste::parse(text).is_err(), "taken for bytes: {text}");
    Coordinates::read(text).unwrap_or_else(|| panic!("nothing found in {text}"))
}

fn at(file: &str, start: u64) -> Coordinates {
    Coordinates { file: Some(file.into()), start: Some(start), ..Coordinates::default() }
}

#[test]
fn offsets_of_debezium() {
    let map = r#"{"transaction_id":null,"ts_sec":1698175040,"file":"mysql_bin_log.008984","pos":2806147,"row":38,"server_id":1,"event":7}"#;
    let wanted = Coordinates { events: Some(7), rows: Some(38), ..at("mysql_bin_log.008984", 2806147) };
    assert_eq!(read(map), wanted);
    let logged = "Error during binlog processing. Last offset stored = {ts_sec=1603889, file=mysql-bin.000003, pos=154, \
        row=1, server_id=223344, event=2}, binlog reader near position = mysql-bin.000003/1234";
    assert_eq!(read(logged), Coordinates { events: Some(2), rows: Some(1), ..at("mysql-bin.000003", 154) });
    let change = r#"{"source":{"connector":"mysql","db":"shop","table":"orders","server_id":1,"gtid":null,
        "file":"mysql-bin.000003","pos":484,"row":3,"thread":7,"query":null},"op":"c"}"#;
    let table = Some(("shop".to_owned(), "orders".to_owned()));
    assert_eq!(read(change), Coordinates { table, rows: Some(3), ..at("mysql-bin.000003", 484) });
}

#[test]
fn positions_of_maxwell_and_canal() {
    let table = "+-----------+------------------+-----------------+----------+\n\
        | server_id | binlog_file      | binlog_position | gtid_set |\n\
        +-----------+------------------+-----------------+----------+\n\
        |      4082 | mysql-bin.000007 |        34037021 | NULL     |\n\
        +-----------+------------------+-----------------+----------+\n";
    assert_eq!(read(table), at("mysql-bin.000007", 34037021));
    assert_eq!(
        read("replicator stopped at position: mysql-bin.000007:4060348416 -- restarting"),
        at("mysql-bin.000007", 4060348416)
    );
    assert_eq!(read("Position[BinlogPosition[master.000006:800911], lastHeartbeat=0]"), at("master.000006", 800911));
    let row =
        r#"{"database":"shop","table":"orders","type":"insert","ts":1477053217,"position":"master.000006:800911"}"#;
    assert_eq!(read(row).file.as_deref(), Some("master.000006"));
    assert_eq!(read(row).start, Some(800911));
    let canal = r#""postion":{"gtid":"","included":false,"journalName":"mysql-bin.000341","position":299,"serverId":622536076,"timestamp":1614457009000}"#;
    assert_eq!(read(canal), at("mysql-bin.000341", 299));
    let ack = "postion=EntryPosition[included=false,journalName=logbin.000007,position=607566986,serverId=100,gtid=,timestamp=1]";
    assert_eq!(read(ack), at("logbin.000007", 607566986));
    assert_eq!(
        read("clientId:1001 cursor:[mysql-bin.002119,417501,1710690978000,100149732,]"),
        at("mysql-bin.002119", 417501)
    );
}

#[test]
fn old_servers_and_receivers() {
    let old = "100527 15:55:53 [ERROR] Slave SQL: Could not execute Update_rows event on table d1.t1; Can't find record in 't1', \
        Error_code: 1032; handler error HA_ERR_KEY_NOT_FOUND; the event's master log binlog.004706, end_log_pos 608591709, Error_code: 1032";
    let wanted = Coordinates {
        file: Some("binlog.004706".into()),
        end: Some(608591709),
        table: Some(("d1".into(), "t1".into())),
        op: Some(Op::Update),
        error: Some(1032),
        ..Coordinates::default()
    };
    assert_eq!(read(old), wanted);
    // Pages make the quotes curly.
    assert_eq!(read(&old.replace('\'', "’")), wanted);
    let received = "Got fatal error 1236 from master when reading data from binary log: 'log event entry exceeded max_allowed_packet; \
        Increase max_allowed_packet on master; the first event 'mysql-bin.000003' at 4, the last event read from './mysql-bin.000003' at 9021, \
        the last byte read from './mysql-bin.000003' at 9040.'";
    assert_eq!(read(received), Coordinates { error: Some(1236), ..at("mysql-bin.000003", 9021) });
    let keyed = "Could not execute Write_rows event on table test.t; Duplicate entry 'it's-5' for key 't.PRIMARY', Error_code: 1062; \
        handler error HA_ERR_FOUND_DUPP_KEY; the event's source log /var/lib/mysql/b.000001, end_log_pos 300";
    assert_eq!(read(keyed).key.as_deref(), Some("it's-5"));
    assert_eq!(read(keyed).file.as_deref(), Some("b.000001"));
}

#[test]
fn what_says_nothing_of_a_place() {
    for text in [
        "",
        "no bytes here",
        "end_log_pos 300",
        "the release of 2018.000001 took 12 days.",
        "Error_code: 1062",
        "position: 5\nname: x\n",
        "Executed_Gtid_Set: 3e11fa47-71ca-11e1-9e33-c80aa9429562:1-5",
        "….000001 7",
    ] {
        assert_eq!(Coordinates::read(text), None, "{text}");
    }
}

proptest::proptest! {
    #[test]
    fn any_text_can_be_read(text in r#"(?s)(.{0,20}|end_log_pos |[a-z]\.0000\d\d|['’"|:=\t]|[0-9]{1,30}|Duplicate entry |transaction ){0,40}"#) {
        let _ = Coordinates::read(&text);
    }
}
