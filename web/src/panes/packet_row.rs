//! One row of the Conversation pane: a packet, or the heading of what follows.

use std::rc::Rc;

use binlog_explorer::conversation::{LadderRow, PacketRow};
use yew::prelude::*;

use super::event_row::short_name;
use crate::localisation::Words;
use crate::numbers;
use crate::visible_text::visible_line;

/// What the row shows.
#[derive(Clone, Debug, Properties)]
pub struct Props {
    /// The reader's language.
    pub words: Rc<Words>,
    /// The row.
    pub row: LadderRow,
    /// When the first packet came, in microseconds since 1970.
    pub begun: u64,
    /// It is the selection.
    pub selected: bool,
    /// The keyboard is here.
    pub active: bool,
    /// Clicked.
    pub on_click: Callback<()>,
}

impl PartialEq for Props {
    fn eq(&self, other: &Self) -> bool {
        // The callback depends on the row's number alone.
        self.row == other.row
            && self.begun == other.begun
            && self.selected == other.selected
            && self.active == other.active
            && self.words == other.words
    }
}

/// Microseconds after the first packet, in seconds.
fn elapsed(time: u64, begun: u64) -> String {
    if time == 0 {
        return String::new();
    }
    let micros = time.saturating_sub(begun);
    format!("{}.{:06}", micros / 1_000_000, micros % 1_000_000)
}

/// So many packets, in words.
pub fn counted(words: &Words, packets: u64) -> String {
    let id = if packets == 1 { "conversation-packet" } else { "conversation-packets" };
    words.with(id, [("count", numbers::grouped(packets).into())])
}

/// The component.
#[component(PacketLine)]
pub fn packet_line(props: &Props) -> Html {
    match &props.row {
        LadderRow::Stage { row, stage, before_dump, packets } => {
            let words = &props.words;
            let id = if stage == "queries" && *before_dump { "set-up" } else { stage };
            let about = words.t(&format!("stage-{id}-about"));
            html! {
                <div
                    id={format!("packet-row-{row}")}
                    class="packet-row stage"
                    role="row"
                    aria-rowindex={(row + 2).to_string()}
                    title={about.clone()}
                >
                    <span role="gridcell" class="stage-cell" aria-colspan="6">
                        <strong>{ words.t(&format!("stage-{id}")) }</strong>
                        <span class="quiet about">{ about }</span>
                        <span class="quiet">
                            { counted(words, *packets) }
                        </span>
                    </span>
                </div>
            }
        }
        LadderRow::Packet(packet) => line(props, packet),
    }
}

fn line(props: &Props, packet: &PacketRow) -> Html {
    let words = &props.words;
    let click = {
        let on_click = props.on_click.clone();
        Callback::from(move |_: MouseEvent| on_click.emit(()))
    };
    let who = words.t(if packet.client { "packet-client" } else { "packet-server" });
    let seconds = u32::try_from(packet.time / 1_000_000).unwrap_or(0);
    let time_title = (packet.time > 0).then(|| numbers::date_time(seconds));
    let doubt = packet.doubt.as_ref().map(|doubt| words.message(doubt));
    let faulty = packet.faulty.then(|| words.t("packet-faulty"));
    let about = doubt.clone().or(faulty);
    let warning = about.is_some();
    let wire = words.with("packet-wire", [("wire", numbers::grouped(packet.wire_length).into())]);
    html! {
        <div
            id={format!("packet-row-{}", packet.row)}
            class={classes!(
                "packet-row", if packet.client { "of-client" } else { "of-server" },
                packet.event.then_some("has-event"), packet.marked.then_some("marked"),
                packet.faulty.then_some("faulty"), props.selected.then_some("selected"),
                props.active.then_some("active"),
            )}
            role="row"
            aria-rowindex={(packet.row + 2).to_string()}
            aria-selected={props.selected.to_string()}
            data-offset={packet.address.to_string()}
            onclick={click}
        >
            <span class="number" role="gridcell" translate="no">{ packet.number.to_string() }</span>
            <span class="time" role="gridcell" translate="no" title={time_title}>
                { elapsed(packet.time, props.begun) }
            </span>
            <span class="lane" role="gridcell" translate="no" aria-label={format!("{who}: {}", packet.name)}>
                <span class="said">{ short_name(&packet.name) }</span>
                <span class="arrow" aria-hidden="true"></span>
            </span>
            <span class="about" role="gridcell" title={about.clone().unwrap_or_else(|| packet.summary.clone())}>
                if warning {
                    <span class="warning">{ "⚠ " }{ about.unwrap_or_default() }</span>
                } else {
                    { visible_line(&packet.summary, 160) }
                }
            </span>
            <span class="size" role="gridcell" translate="no" title={wire}>{ numbers::grouped(packet.length) }</span>
            <span class="sequence" role="gridcell" translate="no">{ packet.sequence.to_string() }</span>
        </div>
    }
}
