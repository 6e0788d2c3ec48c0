//! The worker's start.

fn main() {
    binlogscope_web::worker::start();
}
