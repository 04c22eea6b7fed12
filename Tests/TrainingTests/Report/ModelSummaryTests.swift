import Drawing
import Testing
import Text

@testable import Training

@Suite("Descriptions of models and runs")
struct ModelSummaryTests {
  @Test(
    "the layers add up to the presets' numbers of parameters",
    arguments: [(Preset.seed192, 490_849), (.seed256, 777_345)])
  func parameters(preset: Preset, count: Int) throws {
    let summary = ModelSummary(TrainedModel(try ExampleOutcome.make(.seed, preset: preset)))
    #expect(summary.modules.reduce(0) { $0 + $1.parameterCount } == count)
    #expect(
      summary.modules.map(\.name) == [
        "visual_encoder", "audio_encoder", "text_encoder", "cross_attention", "fusion_layers",
      ])
    #expect(summary.text.contains("visual_encoder.0"))
    #expect(summary.text.contains("\(count.grouped) parameters"))
  }

  @Test("the diagram leads from the inputs to the prediction, with unused parts set apart")
  func diagram() throws {
    let used = ModelDiagram(ModelSummary(TrainedModel(try ExampleOutcome.make(.crossmodal))))
    #expect(
      used.blocks.map(\.name) == [
        "visual", "audio", "text", "visual_encoder", "audio_encoder", "text_encoder", "cross_attention",
        "fusion_layers", "prediction",
      ])
    #expect(used.blocks.map(\.column) == [0, 0, 0, 1, 1, 1, 2, 3, 4])
    #expect(used.blocks[7].sources == ["cross_attention"])
    let unused = ModelDiagram(ModelSummary(TrainedModel(try ExampleOutcome.make(.seed))))
    #expect(unused.blocks.first { $0.name == "cross_attention" }?.lines.last == "(its output is unused)")
    let svg = used.drawing.svg
    for block in used.blocks { #expect(svg.contains(">\(block.name)</text>")) }
  }

  @Test("names too long or too many for their box are shortened visibly")
  func longNames() throws {
    let names = (0..<12).map { "emotion number \($0) of a corpus with long names" }
    let model = TrainedModel(try ExampleOutcome.make(task: .classification, labelNames: names))
    let diagram = ModelDiagram(ModelSummary(model))
    let last = try #require(diagram.blocks.last)
    #expect(last.lines.count == 8 && last.lines[7] == "… 5 more")
    let svg = diagram.drawing.svg
    #expect(!svg.contains(">\(names[0])</text>"))
    #expect(svg.contains(">emotion") && svg.contains("names</text>"))
  }

  @Test("mult is drawn as projections, six transformers between modalities, three within, and fusion")
  func transformer() throws {
    let summary = ModelSummary(TrainedModel(try ExampleOutcome.make(.crossmodalTransformer, preset: .mult32)))
    #expect(summary.modules.reduce(0) { $0 + $1.parameterCount } == 638_529)
    let diagram = ModelDiagram(summary)
    #expect([0, 1, 2, 3, 4, 5].map { column in diagram.blocks.count { $0.column == column } } == [3, 3, 6, 3, 1, 1])
    let first = try #require(diagram.blocks.first { $0.name == "visual_with_audio" })
    #expect(first.sources == ["visual_projection", "audio_projection"])
    #expect(first.lines.first == "3 × Linear 32 → 128")
  }

  @Test(
    "the report holds result, curves, classes, data and the command",
    arguments: TrainingTask.allCases)
  func report(task: TrainingTask) throws {
    let results = RunResults(try ExampleOutcome.make(task: task, corpora: 2))
    let html = try RunReport(results: results, command: "msa-train --shards 'a b'").html()
    for part in [
      "id=\"result\"", "id=\"training\"", "id=\"classes\"", "id=\"data\"", "id=\"model\"",
      "msa-train --shards &#39;a b&#39;",
      "CORPUS-1", "aria-label=\"Error and ", "aria-label=\"Loss and learning rate by epoch\"",
      "aria-label=\"The model&#39;s architecture\"",
    ] {
      #expect(html.contains(part), "\(part)")
    }
    #expect(html.contains("id=\"predictions\"") == (task == .regression))
    #expect(html.contains("differences between runs are mostly chance"))
  }
}
