//! What a replica settles with its source before the stream begins.

use binlog_format::Flavor;
use mysql_protocol::Packet;
use mysql_protocol::command::{BinlogDump, BinlogDumpGtid, RegisterSlave, dump_flag};
use mysql_protocol::gtid_set::OwnedGtidSet;

use crate::connection::Connection;
use crate::error::{Error, Misplaced};
use crate::place::Place;
use crate::replica::{Start, StreamOptions, beginning};

/// What a stream begins with.
#[derive(Clone, Debug)]
pub(crate) enum Request {
    /// A place.
    Place(Place),
    /// What a set of GTIDs lacks, MySQL; what follows a position, MariaDB.
    Gtids(String),
}

/// MariaDB's word for a replica that knows GTID events; any less, and it is sent substitutes.
const MARIADB_GTID_CAPABILITY: u32 = 4;
/// Long enough for a disk that is slow, in seconds: a source drops a replica that does not take what it sends.
const NET_WRITE_TIMEOUT: u32 = 600;

/// The source, and the number that this replica has there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Source {
    /// What tells it from others.
    pub(crate) identity: String,
    pub(crate) server_id: u32,
}

/// Whose server it is.
fn flavor(connection: &Connection, options: &StreamOptions) -> Flavor {
    options.flavor.unwrap_or(connection.flavor())
}

/// Finds out whose server it is, and a server id that nobody has. `again`: this replica has been here before, and is
/// that source's own by now.
pub(crate) async fn meet(
    connection: &mut Connection, options: &StreamOptions, again: Option<&Source>,
) -> Result<Source, Error> {
    if connection.value("SELECT @@global.log_bin").await?.as_deref() == Some("0") {
        return Err(Error::LogBinOff);
    }
    let mariadb = flavor(connection, options) == Flavor::Mariadb;
    let identity = if mariadb { "SELECT @@global.server_id" } else { "SELECT @@global.server_uuid" };
    let identity = connection.value(identity).await?.unwrap_or_default();
    if let Some(again) = again {
        if again.identity != identity {
            return Err(Error::OtherServer);
        }
        return Ok(again.clone());
    }
    let taken = taken_ids(connection, mariadb).await;
    let server_id = match options.server_id {
        Some(id) if taken.contains(&id) => return Err(Error::DuplicateServerId(id)),
        Some(id) => id,
        None => loop {
            // Far from what people number their servers with.
            let random = getrandom::u32().map_err(std::io::Error::other)? | 1 << 30;
            let random = random & 0x7fff_ffff;
            if !taken.contains(&random) {
                break random;
            }
        },
    };
    Ok(Source { identity, server_id })
}

/// The ids of replicas that registered, and the server's own.
async fn taken_ids(connection: &mut Connection, mariadb: bool) -> Vec<u32> {
    let mut ids = Vec::new();
    let statements = if mariadb { ["SHOW SLAVE HOSTS"; 2] } else { ["SHOW REPLICAS", "SHOW SLAVE HOSTS"] };
    for statement in statements {
        // Without the privilege for it, or by a server that has other words for it, none is known.
        if let Ok(rows) = connection.query(statement).await {
            ids.extend(rows.into_iter().filter_map(|row| row.into_iter().next().flatten()?.parse::<u32>().ok()));
            break;
        }
    }
    let own = connection.value("SELECT @@global.server_id").await.ok().flatten();
    ids.extend(own.and_then(|id| id.parse::<u32>().ok()));
    ids
}

/// Where to begin, in the source's own terms.
pub(crate) async fn find(
    connection: &mut Connection, options: &StreamOptions, source: &Source,
) -> Result<Request, Error> {
    Ok(match &options.start {
        Start::Oldest => Request::Place(Place { file: "".into(), position: 4 }),
        Start::Position { file, position } => Request::Place(Place { file: file.as_str().into(), position: *position }),
        Start::Gtids(gtids) => Request::Gtids(gtids.clone()),
        Start::Time(moment) => {
            let logs = connection.query("SHOW BINARY LOGS").await?;
            let logs: Vec<String> = logs.into_iter().filter_map(|row| row.into_iter().next().flatten()).collect();
            // The last one that begins before the moment: of the second in which it ends, the next one may have the
            // rest.
            let (mut first, mut behind) = (0, logs.len());
            while first < behind {
                let middle = first + (behind - first) / 2;
                let Some(log) = logs.get(middle) else { break };
                match beginning(options, source, log).await {
                    // One that was purged meanwhile is older than those that are left.
                    Err(Error::Server { code: 1236, .. }) => first = middle + 1,
                    Ok(begins) if begins < *moment => first = middle + 1,
                    Ok(_) => behind = middle,
                    Err(error) => return Err(error),
                }
            }
            let file = logs.get(first.saturating_sub(1)).map_or("", String::as_str);
            Request::Place(Place { file: file.into(), position: 4 })
        }
        Start::Now => {
            // MySQL 8.2 has new words, and 8.4 has no old ones; MariaDB has the old ones.
            let mut rows = connection.query("SHOW MASTER STATUS").await;
            if let Err(Error::Server { code: 1064, .. }) = rows {
                rows = connection.query("SHOW BINARY LOG STATUS").await;
            }
            let row = rows?.into_iter().next().unwrap_or_default();
            match (row.first().cloned().flatten(), row.get(1).cloned().flatten()) {
                (Some(file), Some(position)) => {
                    let position = position.parse().map_err(|_| Error::Unexpected(Misplaced::Position))?;
                    Request::Place(Place { file: file.into(), position })
                }
                _ => return Err(Error::LogBinOff),
            }
        }
    })
}

/// What can be asked for instead of a place that a request with 32 bits for it cannot name: the place itself, of MySQL
/// with GTIDs, whose request for those has 64 bits and goes by file and position if it names a file; else `low`, behind
/// which everything up to the place comes again. Returns that place's position then.
pub(crate) async fn reachable(
    connection: &mut Connection, options: &StreamOptions, request: Request, low: u64,
) -> Result<(Request, Option<u64>), Error> {
    let Request::Place(place) = &request else { return Ok((request, None)) };
    if place.position <= options.furthest.into() {
        return Ok((request, None));
    }
    if flavor(connection, options) == Flavor::Mysql
        && connection.value("SELECT @@global.gtid_mode").await?.as_deref() == Some("ON")
    {
        return Ok((request, None));
    }
    let far = place.position;
    Ok((Request::Place(Place { file: place.file.clone(), position: low }), Some(far)))
}

/// Says who this is, and asks for the stream.
pub(crate) async fn ask(
    connection: &mut Connection, options: &StreamOptions, source: &Source, request: &Request,
) -> Result<(), Error> {
    let mariadb = flavor(connection, options) == Flavor::Mariadb;
    let heartbeat = options.heartbeat.as_nanos();
    let mut settings = vec![
        "SET @master_binlog_checksum='CRC32', @source_binlog_checksum='CRC32'".to_owned(),
        format!("SET @master_heartbeat_period={heartbeat}, @source_heartbeat_period={heartbeat}"),
    ];
    if mariadb {
        settings.push(format!("SET @mariadb_slave_capability={MARIADB_GTID_CAPABILITY}"));
        if let Request::Gtids(gtids) = request {
            if !gtids.bytes().all(|byte| byte.is_ascii_digit() || b"-, ".contains(&byte)) {
                return Err(Error::NoGtids(gtids.clone()));
            }
            settings.push(format!("SET @slave_connect_state='{gtids}', @slave_gtid_strict_mode=0"));
            settings.push("SET @slave_gtid_ignore_duplicates=0".to_owned());
        }
    } else {
        let uuid = &options.uuid;
        settings.push(format!("SET @slave_uuid='{uuid}', @replica_uuid='{uuid}'"));
    }
    if options.semi_sync {
        settings.push("SET @rpl_semi_sync_slave=1, @rpl_semi_sync_replica=1".to_owned());
    }
    for setting in settings {
        connection.query(&setting).await?;
    }
    // Where a proxy does not allow it, the server's own setting has to do.
    let _ = connection.query(&format!("SET SESSION net_write_timeout={NET_WRITE_TIMEOUT}")).await;
    let mut payload = Vec::new();
    RegisterSlave { server_id: source.server_id, ..RegisterSlave::default() }.write(&mut payload);
    connection.command(&payload).await?;
    if let Packet::Err(error) = connection.next(options.connect.timeout).await? {
        return Err(Error::denied(&error));
    }
    payload.clear();
    write_request(connection, options, source, request, &mut payload)?;
    connection.command(&payload).await
}

fn write_request(
    connection: &Connection, options: &StreamOptions, source: &Source, request: &Request, payload: &mut Vec<u8>,
) -> Result<(), Error> {
    let flavor = flavor(connection, options);
    let mut flags = if options.blocking { 0 } else { dump_flag::NON_BLOCK };
    flags |= match flavor {
        Flavor::Mariadb => dump_flag::SEND_ANNOTATE_ROWS,
        Flavor::Mysql if has_heartbeat_v2(connection.version()) => dump_flag::USE_HEARTBEAT_EVENT_V2,
        Flavor::Mysql => 0,
    };
    let server_id = source.server_id;
    match request {
        Request::Gtids(gtids) if flavor == Flavor::Mysql => {
            let set = OwnedGtidSet::parse(gtids).map_err(|error| Error::NoGtids(error.part))?;
            let gtid_set = &set.encode();
            BinlogDumpGtid { flags, server_id, file_name: b"", position: 4, gtid_set }.write(payload);
        }
        // MariaDB was told where by a variable; file and position do not matter.
        Request::Gtids(_) => BinlogDump { position: 4, flags, server_id, file_name: b"" }.write(flavor, payload),
        Request::Place(place) if place.position > options.furthest.into() && flavor == Flavor::Mysql => {
            // Of a replica that has no transaction, none is left out.
            let gtid_set = &OwnedGtidSet::parse("").map_err(|error| Error::NoGtids(error.part))?.encode();
            let (position, file_name) = (place.position, place.file.as_bytes());
            BinlogDumpGtid { flags, server_id, file_name, position, gtid_set }.write(payload);
        }
        Request::Place(place) => {
            let position = u32::try_from(place.position).map_err(|_| Error::Beyond4GiB(place.position))?;
            BinlogDump { position, flags, server_id, file_name: place.file.as_bytes() }.write(flavor, payload);
        }
    }
    Ok(())
}

/// MySQL since 8.0.27 has heartbeats with positions of 64 bits.
fn has_heartbeat_v2(version: &str) -> bool {
    let mut parts = version.split(|sign: char| !sign.is_ascii_digit()).map(|part| part.parse::<u32>().unwrap_or(0));
    let mut next = || parts.next().unwrap_or(0);
    (next(), next(), next()) >= (8, 0, 27)
}
