//! Logical scrolling: a 64-bit row number and the pixels into it, so that no element is ever
//! taller than the viewport (browsers cap heights; see `docs/architecture.md`).

/// Height of every row, in CSS pixels; the same number is `--row` in the styles.
pub const ROW: f64 = 24.0;

/// Where a list stands.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Scroll {
    /// First row that shows.
    pub top: u64,
    /// How much of it is above the edge, in pixels; below [`ROW`].
    pub hidden: f64,
    rows: u64,
    viewport: f64,
}

impl Scroll {
    /// Sets how many rows there are.
    pub fn set_rows(&mut self, rows: u64) {
        self.rows = rows;
        self.clamp();
    }

    /// Sets the viewport's height in pixels.
    pub fn set_viewport(&mut self, height: f64) {
        self.viewport = height.max(0.0);
        self.clamp();
    }

    /// Rows in all.
    pub fn rows(&self) -> u64 {
        self.rows
    }

    /// Rows that fit entirely, at least one.
    pub fn page(&self) -> u64 {
        ((self.viewport / ROW).floor() as u64).max(1)
    }

    /// Rows to draw: what shows, be it only a pixel of it.
    pub fn drawn(&self) -> u64 {
        ((self.viewport + self.hidden) / ROW).ceil() as u64
    }

    /// Moves by pixels.
    pub fn by_pixels(&mut self, pixels: f64) {
        let moved = self.hidden + pixels;
        let rows = (moved / ROW).floor();
        if rows < 0.0 && (-rows) as u64 > self.top {
            (self.top, self.hidden) = (0, 0.0);
            return;
        }
        self.top = if rows < 0.0 { self.top - (-rows) as u64 } else { self.top.saturating_add(rows as u64) };
        self.hidden = moved - rows * ROW;
        self.clamp();
    }

    /// Brings a row to the top.
    pub fn to(&mut self, row: u64) {
        (self.top, self.hidden) = (row, 0.0);
        self.clamp();
    }

    /// Whether a row shows entirely.
    pub fn shows(&self, row: u64) -> bool {
        if row < self.top || (row == self.top && self.hidden > 0.0) {
            return false;
        }
        ((row - self.top + 1) as f64) * ROW - self.hidden <= self.viewport + 0.5
    }

    /// Moves as little as needed for a row to show; far jumps put it a third down.
    pub fn reveal(&mut self, row: u64) {
        if self.shows(row) {
            return;
        }
        let page = self.page();
        // Within a page of either edge the eye can follow.
        let near = row >= self.top.saturating_sub(page + 1) && row <= self.top.saturating_add(2 * page + 1);
        if !near {
            self.to(row.saturating_sub(page / 3));
        } else if row <= self.top {
            self.to(row);
        } else {
            let over = ((row - self.top + 1) as f64) * ROW - self.hidden - self.viewport;
            self.by_pixels(over);
        }
    }

    /// Moves a row that does not show to a third of the way down: what is around it shows too.
    pub fn centre(&mut self, row: u64) {
        if !self.shows(row) {
            self.to(row.saturating_sub(self.page() / 3));
        }
    }

    /// The last row that can be on top.
    pub fn last_top(&self) -> u64 {
        self.rows.saturating_sub(self.page())
    }

    fn clamp(&mut self) {
        let full = (self.viewport / ROW).ceil() as u64;
        let (top, hidden) = if (self.rows as f64) * ROW <= self.viewport {
            (0, 0.0)
        } else {
            (self.rows.saturating_sub(full), full as f64 * ROW - self.viewport)
        };
        if self.top > top || (self.top == top && self.hidden > hidden) {
            (self.top, self.hidden) = (top, hidden);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scroll(rows: u64) -> Scroll {
        let mut scroll = Scroll::default();
        scroll.set_viewport(250.0);
        scroll.set_rows(rows);
        scroll
    }

    #[test]
    fn the_last_row_is_reached_and_not_passed() {
        let mut scroll = scroll(1 << 40);
        scroll.to(u64::MAX);
        assert_eq!(scroll.top, (1 << 40) - 11);
        assert_eq!(scroll.hidden, 14.0);
        assert!(scroll.shows((1 << 40) - 1));
        scroll.by_pixels(-14.0);
        assert_eq!((scroll.top, scroll.hidden), ((1 << 40) - 11, 0.0));
        scroll.by_pixels(-24.0);
        assert_eq!(scroll.top, (1 << 40) - 12);
        scroll.by_pixels(-1e15);
        assert_eq!((scroll.top, scroll.hidden), (0, 0.0));
    }

    #[test]
    fn short_lists_stay() {
        let mut scroll = scroll(10);
        scroll.by_pixels(500.0);
        assert_eq!((scroll.top, scroll.hidden), (0, 0.0));
    }

    #[test]
    fn reveal_moves_little() {
        let mut scroll = scroll(1000);
        scroll.reveal(5);
        assert_eq!(scroll.top, 0);
        scroll.reveal(10);
        assert!(scroll.shows(10) && scroll.top == 0 && scroll.hidden > 0.0);
        scroll.reveal(20);
        assert!(scroll.shows(20) && scroll.shows(11));
        scroll.reveal(500);
        assert_eq!(scroll.top, 497);
        scroll.reveal(496);
        assert_eq!(scroll.top, 496);
    }
}
