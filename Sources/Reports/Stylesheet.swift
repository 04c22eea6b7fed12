import Drawing

/// The look of every page and chart. Their common colours are those of `Color.palette`.
enum Stylesheet {
  static let rules = """
    :root {
      color-scheme: light dark;
      \(colors(\.light))
      --panel: #f5f6f8; --link: #0b5cad;
      --warn-paper: #fff6e0; --warn-line: #c98a00; --bad: #b3261e; --good: #1a7f4b; --open: #59636e;
    }
    @media (prefers-color-scheme: dark) {
      :root {
        \(colors(\.dark))
        --panel: #1d232a; --link: #7db8f0;
        --warn-paper: #33290f; --warn-line: #e0a526; --bad: #c9483f; --good: #237c4d; --open: #6b7684;
      }
    }
    * { box-sizing: border-box; }
    body {
      margin: 0 auto; padding: 2rem 1.25rem 4rem; max-width: 60rem; background: var(--paper); color: var(--ink);
      font: 16px/1.55 system-ui, -apple-system, "Segoe UI", "DejaVu Sans", sans-serif; overflow-wrap: anywhere;
    }
    h1 { font-size: 1.9rem; line-height: 1.2; margin: 0 0 .4rem; }
    h2 { font-size: 1.3rem; margin: 2.75rem 0 .75rem; padding-bottom: .35rem; border-bottom: 1px solid var(--faint); }
    h3 { font-size: 1.02rem; margin: 1.75rem 0 .5rem; }
    p { margin: .5rem 0; max-width: 46rem; }
    header p { color: var(--soft); }
    a { color: var(--link); }
    nav { display: flex; flex-wrap: wrap; gap: .25rem 1.1rem; margin: 1.25rem 0 0; font-size: .92rem; }
    code { font: .87em ui-monospace, SFMono-Regular, Menlo, Consolas, "DejaVu Sans Mono", monospace; }
    pre {
      background: var(--panel); border: 1px solid var(--faint); border-radius: 6px; padding: .8rem 1rem; overflow-x: auto;
      line-height: 1.45; overflow-wrap: normal;
    }
    .figures { display: grid; grid-template-columns: repeat(auto-fit, minmax(8.5rem, 1fr)); gap: .75rem; margin: 1.25rem 0; }
    .figures div { background: var(--panel); border: 1px solid var(--faint); border-radius: 8px; padding: .7rem .9rem; }
    .figures b { display: block; font-size: 1.5rem; line-height: 1.25; font-variant-numeric: tabular-nums; }
    .figures span { color: var(--soft); font-size: .86rem; }
    .notice {
      background: var(--warn-paper); border: 1px solid var(--warn-line); border-left-width: 5px; border-radius: 6px;
      padding: .7rem 1rem; margin: 1.25rem 0;
    }
    .notice ul { margin: .35rem 0 0; padding-left: 1.2rem; }
    .soft { color: var(--soft); font-size: .9rem; }
    .verdict {
      background: var(--panel); border: 1px solid var(--faint); border-left: 8px solid var(--open); border-radius: 8px;
      padding: .9rem 1.2rem; margin: 1rem 0;
    }
    .verdict.fail { border-left-color: var(--bad); } .verdict.pass { border-left-color: var(--good); }
    .verdict.warn { border-left-color: var(--warn-line); }
    .verdict p, .verdict li { color: var(--ink); max-width: none; }
    .verdict .headline { font-size: 1.4rem; line-height: 1.3; font-weight: 650; margin: 0 0 .3rem; }
    .verdict ul { margin: .4rem 0; padding-left: 1.2rem; } .verdict li { margin: .3rem 0; }
    .verdict p.soft { color: var(--soft); margin-bottom: 0; }
    .splits { margin: .6rem 0; font-size: .88rem; }
    .splits .name { color: var(--soft); }
    .splits > div { display: flex; gap: 3px; }
    .splits .split { flex-basis: 0; min-width: 6.2rem; margin: 0; padding: .25rem .5rem; white-space: nowrap; overflow: hidden; text-overflow: ellipsis; }
    .split { border-radius: 4px; padding: .05rem .4rem; margin-right: .4rem; font-size: .82rem; background: var(--open); color: #ffffff; }
    .split.train { background: #2166ac; } .split.valid { background: #9a5b0c; } .split.test { background: #14735e; }
    .splits .none { background: none; color: var(--soft); border: 1px dashed var(--soft); }
    article.check { border: 1px solid var(--faint); border-left: 5px solid var(--open); border-radius: 8px; padding: .8rem 1.2rem; margin: 1rem 0; }
    article.check.fail { border-left-color: var(--bad); }
    .check h3 { display: flex; flex-wrap: wrap; align-items: baseline; gap: .2rem .6rem; margin: 0 0 .3rem; }
    article.check > .found { font-size: 1.06rem; }
    .advice code { white-space: nowrap; }
    article.check p { max-width: none; }
    details.check { border-bottom: 1px solid var(--faint); margin: 0; padding: .45rem 0; }
    details.check > summary { color: var(--ink); display: grid; grid-template-columns: .7rem 6.4rem 11.5rem 2.6rem 1fr; gap: 0 .6rem; align-items: baseline; list-style: none; }
    details.check > summary::-webkit-details-marker { display: none; }
    details.check > summary::before { content: "▸"; color: var(--link); }
    details.check[open] > summary::before { content: "▾"; }
    details.check > div { margin: .3rem 0 .8rem 1.3rem; }
    details.check .found { grid-column: 5; }
    .check .type { color: var(--soft); font-size: .86rem; font-weight: 400; }
    table.pair { width: 100%; table-layout: fixed; margin: .9rem 0; font-size: .9rem; overflow-wrap: anywhere; }
    table.pair caption { text-align: left; color: var(--soft); padding-bottom: .2rem; }
    table.pair thead td, table.pair tbody th { width: 8.8rem; }
    table.pair thead th { color: var(--ink); white-space: normal; }
    table.pair tbody th { color: var(--soft); }
    table.pair .equal td { background: var(--panel); }
    .same { display: inline-block; margin-left: .4rem; padding: 0 .3rem; border: 1px solid var(--faint); border-radius: 4px; font-size: .78rem; }
    .badge { color: #ffffff; background: var(--open); border-radius: 4px; padding: .05rem .45rem; font-size: .8rem; font-weight: 600; height: 1.5rem; width: max-content; }
    .badge.fail { background: var(--bad); } .badge.pass { background: var(--good); }
    #open .badge { color: var(--soft); background: none; box-shadow: inset 0 0 0 1px var(--faint); }
    .badge.warn { background: var(--warn-line); color: #1b1f24; }
    @media (max-width: 44rem) {
      body { padding: 1.25rem .8rem 3rem; }
      h1 { font-size: 1.5rem; }
      .verdict, article.check { padding: .7rem .8rem; }
      details.check > summary { grid-template-columns: .7rem 6.4rem 1fr 2.6rem; }
      details.check .found { grid-column: 2 / -1; }
      table.pair { font-size: .84rem; }
      table.pair thead td, table.pair tbody th { width: 4.6rem; padding-right: .4rem; }
      table.pair .same { margin-left: 0; }
    }
    .wide { overflow-x: auto; margin: .75rem 0; }
    table { border-collapse: collapse; font-size: .92rem; overflow-wrap: normal; }
    td code { overflow-wrap: anywhere; }
    th, td { text-align: left; vertical-align: top; padding: .32rem 1rem .32rem 0; border-bottom: 1px solid var(--faint); }
    thead th { color: var(--soft); font-weight: 600; white-space: nowrap; }
    tbody th { font-weight: 500; }
    .number { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
    details { margin: .4rem 0; }
    td details { margin: 0; }
    summary { cursor: pointer; color: var(--link); font-size: .93rem; }
    details .ids { color: var(--soft); font-size: .85rem; margin: .4rem 0 .4rem 1.1rem; max-width: none; }
    figure { margin: 1rem 0; overflow-x: auto; }
    figcaption { color: var(--soft); font-size: .88rem; max-width: 46rem; }
    svg.chart { display: block; max-width: 100%; height: auto; min-width: 34rem; margin: .35rem 0; font: 12px system-ui, -apple-system, "Segoe UI", "DejaVu Sans", sans-serif; }
    figure img { display: block; max-width: 100%; height: auto; min-width: 34rem; border-radius: 6px; }
    .chart rect, .chart circle, .chart polygon, .chart text { fill: currentColor; }
    .chart .stroke { fill: none; stroke: currentColor; }
    \(classes)
    @media print {
      body { max-width: none; padding: 0; font-size: 10.5pt; }
      nav { display: none; }
      svg.chart, figure img { min-width: 0; }
      .wide, pre, figure { overflow: visible; }
      pre { white-space: pre-wrap; }
      details.check > summary::before, details.check[open] > summary::before { content: none; }
      figure, tr, .notice, table.pair { break-inside: avoid-page; }
      h2, h3 { break-after: avoid-page; }
      details > summary { list-style: none; color: var(--ink); }
      details::details-content { content-visibility: visible; }
    }
    """

  private static func colors(_ value: KeyPath<Color, Int>) -> String {
    Color.palette.map { "--\($0.name): \(Color.digits($0[keyPath: value]));" }.joined(separator: " ")
  }

  /// One class per colour: an element's fill or stroke is its `color`.
  private static var classes: String {
    Color.palette.map { ".chart .\($0.name) { color: var(--\($0.name)); }" }.joined(separator: " ")
  }
}
