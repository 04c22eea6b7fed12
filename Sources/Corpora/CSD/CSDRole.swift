import Samples

/// What a computational sequence is used for.
enum CSDRole: Hashable, Sendable {
  case features(Modality)
  case labels

  /// Its name in messages.
  var name: String {
    switch self {
    case .features(let modality): modality.rawValue
    case .labels: "label"
    }
  }

  /// The option that names the file.
  var flag: String {
    switch self {
    case .features(let modality): "--" + modality.rawValue
    case .labels: "--labels"
    }
  }

  /// CMU-MOSEI's sub-folder.
  var folder: String {
    switch self {
    case .features(.visual): "visuals"
    case .features(.audio): "acoustics"
    case .features(.text): "languages"
    case .labels: "labels"
    }
  }

  /// CMU-MOSEI's file in that sub-folder.
  var standardName: String {
    switch self {
    case .features(.visual): "CMU_MOSEI_VisualOpenFace2.csd"
    case .features(.audio): "CMU_MOSEI_COVAREP.csd"
    case .features(.text): "CMU_MOSEI_TimestampedWordVectors.csd"
    case .labels: "CMU_MOSEI_Labels.csd"
    }
  }

  /// The role that a name suggests: a root name, or else the name of a file or folder; nil if it suggests none.
  ///
  /// The CMU SDK's root names include `OpenFace_2`, `FACET 4.2`, `COVAREP` (also spelled `COAVAREP`), `OpenSMILE`,
  /// `glove_vectors`, `words`, `All Labels` and `Opinion Segment Labels`.
  init?(namedBy name: String) {
    let name = name.lowercased()
    guard let role = Self.words.first(where: { $0.words.contains { name.contains($0) } })?.role else { return nil }
    self = role
  }

  /// The first line with a word that occurs in the name decides.
  private static let words: [(role: CSDRole, words: [String])] = [
    (.labels, ["label"]),
    (.features(.visual), ["openface", "facet", "visual", "vision", "facial"]),
    (.features(.audio), ["covarep", "coavarep", "opensmile", "acoustic", "audio"]),
    (.features(.text), ["glove", "word", "text", "language", "bert"]),
  ]
}
