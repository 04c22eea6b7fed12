import Reports
import Testing

@Suite("Pairs and splits on pages")
struct PairTableTests {
  private func pair(_ properties: [PairTable.Property]) -> String {
    PairTable(
      reason: "the same words", .init(name: "a[1]", split: "train"),
      .init(name: "b<2>", split: "test", context: "other"),
      properties: properties
    ).markup.source
  }

  @Test("both sides stand beside each other, and what is equal is said to be the same")
  func sides() {
    let html = pair([
      .init("words", "so so", "so so"), .init("time", "0.00–1.00 s", nil), .init("speaker", nil, nil),
    ])
    #expect(html.contains("<caption>the same words</caption>"))
    #expect(html.contains("<span class=\"split train\">train</span><code>a[1]</code>"))
    #expect(html.contains("<code>b&lt;2&gt;</code>"))
    #expect(html.contains("<tr class=\"equal\"><th scope=\"row\">words<span class=\"same\">same</span></th>"))
    #expect(html.contains("<td>0.00–1.00 s</td><td>–</td>"))
    #expect(!html.contains("speaker"))
  }

  @Test("a bar names every split and its size, an empty one too")
  func bar() {
    let html = SplitBar(title: "fold 1", [("train", 2000), ("valid", 0), ("test", 1000)]).markup.source
    #expect(html.contains("flex-grow: 667\"><b>train</b> 2,000"))
    #expect(html.contains("split valid none\" style=\"flex-grow: 1\"><b>valid</b> 0"))
    #expect(html.contains("flex-grow: 333\"><b>test</b> 1,000"))
    #expect(html.contains("fold 1"))
    #expect(SplitBar(title: "", [("train", 0), ("valid", 0), ("test", 0)]).markup.source.contains("<b>test</b> 0"))
  }
}
