import Testing
import Training

@Test("a preset sets both widths")
func presetWidths() {
  var configuration = TrainingConfiguration(shards: [])
  configuration.apply(.seed256)
  #expect(configuration.hidden == 256)
  #expect(configuration.embed == 128)
}
