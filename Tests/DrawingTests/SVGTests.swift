import Drawing
import Testing

@Suite("SVG")
struct SVGTests {
  private static func drawing(_ draw: (inout Drawing) -> Void) -> Drawing {
    var drawing = Drawing(width: 40, height: 30.5, label: "a <label>")
    draw(&drawing)
    return drawing
  }

  @Test("in a page, colours are classes of the stylesheet and the size is the drawing's")
  func inline() {
    let drawing = Self.drawing {
      $0.rectangle(.init(x: 1, y: 2, width: 3, height: 4.25), radius: 2, .blue, tip: "17 %")
      $0.line(from: .init(0, 0), to: .init(1.006, 2), width: 2, dash: [6, 3], .soft)
      $0.text("a & b", at: .init(5, 6), .tick.anchored(.end))
    }
    #expect(
      drawing.inlineSVG == """
        <svg class="chart" viewBox="0 0 40 30.5" width="40" role="img" aria-label="a &lt;label&gt;">
        <rect x="1" y="2" width="3" height="4.25" rx="2" class="blue"><title>17 %</title></rect>
        <polyline points="0,0 1.01,2" class="stroke soft" stroke-width="2" stroke-dasharray="6 3"/>
        <text x="5" y="6" font-size="11" text-anchor="end" class="ink">a &amp; b</text></svg>
        """)
  }

  @Test("a stand-alone file has literal colours and a white background")
  func file() {
    let drawing = Self.drawing {
      $0.polygon([.init(1, 2), .init(3, 4), .init(5, 6)], Color.blue.opacity(0.5))
      $0.outline(.init(x: 1, y: 2, width: 3, height: 4), .orange)
      $0.dot(.init(7, 8), radius: 2, .green)
      $0.text("up", at: .init(5, 6), .init(isBold: true, isUpright: true))
    }
    #expect(
      drawing.svg == """
        <svg xmlns="http://www.w3.org/2000/svg" width="40pt" height="30.5pt" viewBox="0 0 40 30.5" role="img" \
        aria-label="a &lt;label&gt;" font-family="DejaVu Sans, Verdana, sans-serif" font-size="12">
        <rect x="0" y="0" width="40" height="30.5" fill="#ffffff"/>
        <polygon points="1,2 3,4 5,6" fill="#2166ac" fill-opacity="0.5"/>
        <rect x="1" y="2" width="3" height="4" fill="none" stroke="#e08214"/>
        <circle cx="7" cy="8" r="2" fill="#1a9076"/>
        <text x="5" y="6" transform="rotate(-90 5 6)" font-weight="600" fill="#1b1f24">up</text></svg>

        """)
  }

  @Test("untrusted text is escaped")
  func hostile() {
    let words = "\"><script>alert(1)</script>\u{202e}\u{07}"
    let drawing = Self.drawing {
      $0.text(words, at: .init(0, 0))
      $0.rectangle(.init(x: 0, y: 0, width: 1, height: 1), .blue, tip: words)
    }
    for svg in [drawing.svg, drawing.inlineSVG] {
      #expect(!svg.contains("<script"))
      #expect(!svg.contains("\u{202e}") && !svg.contains("\u{07}"))
      #expect(svg.contains("&quot;&gt;&lt;script&gt;"))
    }
  }

  @Test("a line of text is as wide as its letters")
  func width() {
    #expect(Drawing.TextStyle(size: 1000).width(of: "ab 1") == 613 + 635 + 318 + 636)
    #expect(Drawing.TextStyle(size: 10, isBold: true).width(of: "ab") == 13.91)
    #expect(Drawing.TextStyle().width(of: "") == 0)
  }

  @Test(
    "text that is too wide keeps its start and its end",
    arguments: [("abcdefgh", 1000.0, "abcdefgh"), ("aaaaaaaa", 40, "aaa…aa"), ("aaaa", 1, "…"), ("", 0, "")])
  func shortened(text: String, width: Double, expected: String) {
    let style = Drawing.TextStyle(size: 10)
    let shown = style.shortened(text, to: width)
    #expect(shown == expected)
    #expect(shown == "…" || style.width(of: shown) <= width)
  }

  @Test("every colour has a distinct name")
  func palette() {
    #expect(Set(Color.palette.map(\.name)).count == Color.palette.count)
    #expect(["train", "valid", "test"].map(Color.split) == [.blue, .orange, .green])
  }
}
