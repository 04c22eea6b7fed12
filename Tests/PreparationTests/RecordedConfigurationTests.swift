import Preparation
import Testing
import Text

@Suite("Configurations in untrusted manifests")
struct RecordedConfigurationTests {
  private static let sound: [String: JSONValue] = [
    "dataset": "CMU-MOSEI", "clean": "mask", "dtype": "f16", "granularity": "word", "missing": "drop",
    "modalities": ["visual", "audio", "text"], "ratios": [0.7, 0.15, 0.15], "seed": "42", "limit": 3,
  ]

  private static func read(_ config: [String: JSONValue]) throws -> PreparationConfiguration {
    try PreparationConfiguration(recorded: .object(config), root: "", output: "", threads: 1, memory: 1 << 30)
  }

  @Test("numbers that no option accepts are refused with 65 and never become a size or an index")
  func strangeNumbers() throws {
    #expect(try Self.read(Self.sound).limit == 3)
    let strange: [String: [JSONValue]] = [
      "limit": [-1, 0, .integer(.min), .integer(.max), 1e19, 1.5, "3"],
      "frame-offset": [.integer(.max), .integer(.min), 0.5], "face": [-1, .integer(.max)],
      "audio-rate": [0, -1, 1e300, 1e-300], "ratios": [[-1, 1, 1], [2, 0, 0], [1e300, 0, 0]],
    ]
    for (key, value) in strange.flatMap({ key, values in values.map { (key, $0) } }) {
      var config = Self.sound
      config[key] = value
      if ["face", "audio-rate", "frame-offset"].contains(key) {
        config["dataset"] = "IEMOCAP"
        config.merge(["frame-offset": 0, "labels": "emotion4"]) { mine, _ in mine }
      }
      let error = #expect(throws: DataError.self, "\(key) \(value)") { try Self.read(config) }
      #expect(error?.code == .badData && error?.place == "config.\(key)", "\(key) \(value)")
    }
  }
}
