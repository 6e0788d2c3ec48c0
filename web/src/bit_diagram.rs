//! A small picture of bytes as bits, with the bit fields marked.

use binlog_explorer::view::BitField;
use yew::prelude::*;

/// What it shows.
#[derive(Clone, Debug, PartialEq, Properties)]
pub struct Props {
    /// The bytes, in file order.
    pub bytes: Vec<u8>,
    /// The fields.
    pub bits: Vec<BitField>,
    /// The selected field.
    pub selected: Option<usize>,
    /// Its name.
    pub label: AttrValue,
}

/// Which field a bit belongs to. `left` counts from a byte's most significant bit, which is
/// how people write them.
fn owner(bits: &[BitField], byte: usize, left: usize) -> Option<usize> {
    bits.iter().position(|field| {
        let within = if field.msb_first { left } else { 7 - left };
        let number = u32::try_from(byte * 8 + within).unwrap_or(u32::MAX);
        (field.start..field.end).contains(&number)
    })
}

/// The component.
#[component(BitDiagram)]
pub fn bit_diagram(props: &Props) -> Html {
    let cells = props.bytes.iter().enumerate().map(|(at, byte)| {
        let bits = (0..8).map(|left| {
            let field = owner(&props.bits, at, left);
            let name = field.and_then(|field| props.bits.get(field));
            let title = name.map(|field| format!("{} = {}", field.name, field.text));
            html! {
                <span
                    class={classes!(
                        "bit",
                        field.map(|field| if field % 2 == 0 { "even" } else { "odd" }),
                        (field.is_some() && field == props.selected).then_some("selected"),
                    )}
                    title={title}
                >{ if byte >> (7 - left) & 1 == 1 { "1" } else { "0" } }</span>
            }
        });
        html! { <span class="bit-byte">{ for bits }</span> }
    });
    let named = props.selected.and_then(|at| props.bits.get(at));
    html! {
        <p class="bits" translate="no" role="img" aria-label={props.label.clone()}>
            { for cells }
            if let Some(field) = named {
                <span class="bit-name">{ format!("{} = {}", field.name, field.text) }</span>
            }
        </p>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn field(start: u32, end: u32, msb_first: bool) -> BitField {
        BitField { name: "x".into(), start, end, msb_first, text: String::new() }
    }

    #[test]
    fn bits_count_from_either_end() {
        // The least significant bit of the first byte is the rightmost one drawn.
        assert_eq!(owner(&[field(0, 1, false)], 0, 7), Some(0));
        assert_eq!(owner(&[field(0, 1, false)], 0, 0), None);
        assert_eq!(owner(&[field(0, 1, true)], 0, 0), Some(0));
        assert_eq!(owner(&[field(8, 10, true)], 1, 1), Some(0));
        assert_eq!(owner(&[field(8, 10, false)], 1, 6), Some(0));
    }
}
