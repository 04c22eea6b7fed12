import Text

/// Which of the CMU corpora files belong to, as far as they say.
struct CorpusName {
  /// The evidence for each corpus: a name or a column, and in which file.
  private var signs: [String: [(file: String, sign: String)]] = [:]

  private static let mosei = CMUCorpus.mosei.name
  private static let mosi = CMUCorpus.mosi.name
  /// Columns that only CMU-MOSEI's labels have.
  private static let emotions: Set<String> = ["happy", "sad", "anger", "surprise", "disgust", "fear"]

  /// - Parameters:
  ///   - files: the label file last.
  ///   - labels: the names of the label columns.
  init(of files: [CSDFile], labels: [String]) {
    for file in files {
      let name = Source.name(of: file.path)
      note(name, file)
      note(file.rootName, file)
      if let name = file.metadata["dataset name"]?.text { note(name, file) }
    }
    guard let file = files.last else { return }
    if labels.count(where: Self.emotions.contains) > 1 {
      signs[Self.mosei, default: []].append(
        (file.path, "columns \(labels.filter(Self.emotions.contains).joined(separator: ", "))"))
    }
    // The CMU SDK's name of CMU-MOSI's labels; CMU-MOSEI's are called All Labels.
    if file.rootName == "Opinion Segment Labels" { signs[Self.mosi, default: []].append((file.path, file.rootName)) }
  }

  private mutating func note(_ text: String, _ file: CSDFile) {
    let letters = text.lowercased()
    if letters.contains("mosei") {
      signs[Self.mosei, default: []].append((file.path, text))
    } else if letters.contains("mosi") {
      signs[Self.mosi, default: []].append((file.path, text))
    }
  }

  /// Makes sure that the files are not from a corpus other than the one requested. Files that say nothing, or name
  /// both, may be from any.
  ///
  /// - Throws: `DataError` 65 that names the right command.
  func require(_ corpus: CMUCorpus) throws {
    guard signs[corpus.name] == nil,
      let other = [CMUCorpus.mosei, .mosi].first(where: { $0.name != corpus.name && signs[$0.name] != nil }),
      let sign = signs[other.name]?.first, let command = other.command
    else { return }
    throw DataError(
      .badData, file: sign.file, "is a file of \(other.name) (\(sign.sign))", expected: "files of \(corpus.name)",
      advice: "Prepare it with msa-prep \(command).")
  }
}
