//! What is wanted later.

/// Paths that the names of moved functions contain, as the compiler writes them; what only these call moves with
/// them. Where the optimiser would draw a function into one that stays, it is marked `#[inline(never)]`. Nothing that
/// a plain file needs until its first rows, tree and bytes are seen belongs here: a test of the page holds the second
/// module back and looks at a file.
const PATHS: [&str; 88] = [
    "binlogscope_web::worker::share::make",
    "binlogscope_web::worker::share::made",
    "binlogscope_web::worker::share::open",
    "binlogscope_web::worker::share::preview",
    "binlogscope_web::worker::share::changed",
    "binlogscope_web::worker::share::with_document",
    "binlog_explorer::bundle::",
    "binlog_explorer::choice::",
    "binlog_explorer::mask::",
    "binlog_explorer::document::choosing",
    "binlogscope_web::worker::helper::start",
    "binlogscope_web::worker::helper::work",
    "binlogscope_web::worker::helper::bring",
    "binlogscope_web::worker::stretch::",
    "binlogscope_web::worker::pool::begin",
    "binlogscope_web::worker::pool::go_on",
    "binlogscope_web::worker::pool::start_helpers",
    "binlogscope_web::worker::pool::work_here",
    "binlogscope_web::worker::pool::with_pool",
    "binlogscope_web::worker::pool::line",
    "binlogscope_web::worker::pool::Pool::hand_out",
    "binlogscope_web::worker::pool::Pool::slice",
    "binlogscope_web::worker::search::handle",
    "binlogscope_web::worker::search::start",
    "binlogscope_web::worker::search::answer",
    "binlogscope_web::worker::search::Searching::slice",
    "binlogscope_web::worker::arriving::open",
    "binlogscope_web::worker::arriving::Opening",
    "binlogscope_web::worker::remote::",
    "binlogscope_web::worker::store::Store",
    "binlogscope_web::worker::conversations::answer",
    "binlogscope_web::worker::conversations::event",
    "binlogscope_web::worker::conversations::pasted",
    "binlogscope_web::worker::conversations::tell",
    "binlog_explorer::capture::",
    "binlog_explorer::conversation::",
    "mysql_protocol::",
    "etherparse::",
    "binlogscope_web::worker::kept::keep",
    "binlogscope_web::worker::live::",
    "binlogscope_bridge::",
    "binlogscope_web::worker::kept::write",
    "binlogscope_web::worker::passes::tell_kept",
    "::tell_statistics",
    "::statistics_view",
    "Session::keep_keys",
    "Session::open_paste",
    "Session::find",
    "binlog_explorer::statistics::",
    "binlog_explorer::filter::",
    "binlog_explorer::paste::",
    "binlog_explorer::coordinates::",
    "binlogscope_web::worker::copying::",
    "binlog_explorer::copy::",
    "binlog_explorer::cut::",
    "binlog_explorer::dump::",
    "binlog_explorer::encryption::keys::Keys::add",
    "binlog_explorer::encryption::password",
    "binlog_explorer::encryption::decrypted",
    "binlog_explorer::encryption::events",
    "binlog_explorer::wrapper::gzip",
    "binlog_explorer::wrapper::zstd",
    "binlog_explorer::wrapper::stored",
    "binlog_explorer::wrapper::Unwrapping",
    "binlog_explorer::pool::",
    "binlog_explorer::document::sorting",
    "binlog_explorer::document::terms",
    "binlog_explorer::document::statistics",
    "binlog_explorer::document::find",
    "binlog_explorer::document::matches",
    "binlog_format::decrypt",
    "binlog_explorer::space::Space::open",
    "binlog_explorer::space::holder::open",
    "binlog_explorer::space::holder::Insides::head",
    "binlog_explorer::ibb::",
    "binlog_format::ibb::",
    "binlog_format::framer::pages",
    "group_replication::view_change",
    "group_replication::transaction_context",
    "events::vendor::consensus",
    "events::vendor::gcn",
    "events::load::load_",
    "binlog_format::geometry",
    "binlog_format::payload::Inflating",
    "inflate::Inflater::run",
    "inflate::Inflater::inflate",
    "ruzstd::",
    "miniz_oxide::",
];

/// The same of the page: dialogs, and what only they do. A dialog opens when the second module is there
/// (`open_dialog` in `web/src/app/later.rs`), as nothing may wait for it on the page's own thread.
const PAGE_PATHS: [&str; 7] = [
    "binlogscope_web::dialogs::",
    "binlogscope_web::connect_dialog::",
    "binlogscope_web::app::share::dialog::",
    "binlogscope_web::app::share::data::",
    "binlogscope_web::app::share::masking::",
    "App>::share_changed",
    "App>::note_",
];

/// Whether a function of this mangled name belongs to a part of the worker that is wanted later.
pub fn is_wanted_later(name: &str) -> bool {
    is_one_of(name, &PATHS)
}

/// Whether a function of this mangled name belongs to a part of the page that is wanted later.
pub fn is_wanted_later_of_the_page(name: &str) -> bool {
    is_one_of(name, &PAGE_PATHS)
}

fn is_one_of(name: &str, paths: &[&str]) -> bool {
    let name = format!("{:#}", rustc_demangle::demangle(name));
    // What frees a value is needed wherever one may be, even if none is there.
    !name.starts_with("core::ptr::drop_in_place") && paths.iter().any(|path| name.contains(path))
}
