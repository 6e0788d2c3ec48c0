use binlogscope_bench::{kernels, peer};
fn main() {
    let path = std::env::args().nth(1).unwrap();
    let rounds: usize = std::env::args().nth(2).map_or(1, |n| n.parse().unwrap());
    let only = std::env::args().nth(3);
    let file = std::fs::read(path).unwrap();
    let list: [(&str, fn(&[u8]) -> u64); 5] = [
        ("crc", kernels::crc),
        ("walk", kernels::walk),
        ("rows", kernels::rows),
        ("tree", kernels::tree),
        ("peer", peer::rows),
    ];
    for round in 0..rounds {
        for (name, kernel) in list {
            if only.as_deref().is_some_and(|only| only != name) {
                continue;
            }
            let t = std::time::Instant::now();
            let n = kernel(&file);
            let s = t.elapsed().as_secs_f64();
            println!("{round} {name} {n} {:.3} GB/s", file.len() as f64 / s / 1e9);
        }
    }
}
