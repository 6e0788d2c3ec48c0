//! Starts the page.

fn main() {
    binlogscope_web::start();
}
