//! Running sums over blocks that change in any order: a Fenwick tree of three counts at once.

/// Counts of a block: items listed, units among them, transactions among those.
pub type Counts = [u64; 3];

fn plus(a: Counts, b: Counts) -> Counts {
    // A count that went down is added as its complement.
    [a[0].wrapping_add(b[0]), a[1].wrapping_add(b[1]), a[2].wrapping_add(b[2])]
}

/// What `from` lacks of `to`.
pub fn change(from: Counts, to: Counts) -> Counts {
    [to[0].wrapping_sub(from[0]), to[1].wrapping_sub(from[1]), to[2].wrapping_sub(from[2])]
}

/// Sums of the counts of blocks; everything in the logarithm of their number.
#[derive(Clone, Debug, Default)]
pub struct Sums {
    /// Node `n`, counted from 1, has the sum of the `n & -n` blocks that end with block `n - 1`.
    nodes: Vec<Counts>,
}

impl Sums {
    /// How many blocks there are.
    pub fn blocks(&self) -> usize {
        self.nodes.len()
    }

    /// Appends a block that has nothing.
    pub fn push(&mut self) {
        let own = self.nodes.len() + 1;
        let begins = own - (own & own.wrapping_neg());
        self.nodes.push(change(self.before(begins), self.before(own - 1)));
    }

    /// Adds to a block's counts.
    pub fn add(&mut self, block: usize, counts: Counts) {
        let mut node = block + 1;
        while let Some(sum) = self.nodes.get_mut(node - 1) {
            *sum = plus(*sum, counts);
            node += node & node.wrapping_neg();
        }
    }

    /// The sum of the blocks before one.
    pub fn before(&self, block: usize) -> Counts {
        let mut node = block.min(self.nodes.len());
        let mut sum = Counts::default();
        while node > 0 {
            sum = plus(sum, self.nodes.get(node - 1).copied().unwrap_or_default());
            node &= node - 1;
        }
        sum
    }

    /// The sum of all.
    pub fn total(&self) -> Counts {
        self.before(self.nodes.len())
    }

    /// The block in which the running sum of a weight passes `target`, and the sum before it. `None` where
    /// it never does.
    pub fn find(&self, weight: impl Fn(Counts) -> u64, target: u64) -> Option<(usize, Counts)> {
        let (mut at, mut sum) = (0, Counts::default());
        let mut step = self.nodes.len().checked_ilog2().map_or(0, |bits| 1usize << bits);
        while step > 0 {
            if let Some(node) = self.nodes.get(at + step - 1) {
                let further = plus(sum, *node);
                if weight(further) <= target {
                    (at, sum) = (at + step, further);
                }
            }
            step /= 2;
        }
        (at < self.nodes.len()).then_some((at, sum))
    }

    /// Bytes of memory it takes.
    pub fn memory(&self) -> usize {
        self.nodes.capacity() * size_of::<Counts>()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sums_and_places_are_those_of_a_list() {
        let mut state = 0x9e37_79b9_7f4a_7c15u64;
        let mut random = |bound: u64| {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            state % bound
        };
        let (mut sums, mut list) = (Sums::default(), Vec::<Counts>::new());
        for _ in 0..3000 {
            if list.is_empty() || random(4) == 0 && list.len() < 200 {
                sums.push();
                list.push(Counts::default());
            }
            let at = random(list.len() as u64) as usize;
            let counts = if random(3) == 0 { Counts::default() } else { [random(9), random(3), random(2)] };
            sums.add(at, change(list[at], counts));
            list[at] = counts;
            let naive = |to: usize| list[..to].iter().fold(Counts::default(), |sum, own| plus(sum, *own));
            let block = random(list.len() as u64 + 1) as usize;
            assert_eq!(sums.before(block), naive(block));
            let target = random(naive(list.len())[0] + 2);
            let expected = (0..list.len()).find(|block| naive(block + 1)[0] > target);
            assert_eq!(sums.find(|sum| sum[0], target), expected.map(|block| (block, naive(block))));
        }
    }
}
