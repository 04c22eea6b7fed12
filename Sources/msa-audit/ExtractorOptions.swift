import ArgumentParser
import Samples

/// The option that says what made the features.
struct ExtractorOptions: ParsableArguments {
  @Option(
    parsing: .upToNextOption,
    help: ArgumentHelp(
      "What made the features of a modality, e.g. audio=superb/wav2vec2-base-superb-er@441a759; may be repeated.",
      valueName: "modality=name@version"))
  var extractor: [String] = []

  /// What `--extractor` says.
  ///
  /// - Throws: `DataError` 64.
  func extractors() throws -> [DeclaredExtractor] { try extractor.map { try DeclaredExtractor(parsing: $0) } }
}
