import Files
public import Samples
import Text

/// Six short recordings in CMU-MOSEI's layout, narrow enough to be prepared instantly. Change anything about them
/// before they are written, to see what the programs make of it.
public struct TinyCorpus: Sendable {
  /// The recordings, in sorted order: ids as found in the wild, with a leading dash and a leading underscore.
  public static let ids = ["-a1", "_b2", "c3", "d4", "e5", "f6"]

  /// 16 rows per recording.
  public var visual = TinySequence("visuals/CMU_MOSEI_VisualOpenFace2.csd", "OpenFace_2", width: 5, step: 0.25)
  /// 20 rows per recording.
  public var audio = TinySequence("acoustics/CMU_MOSEI_COVAREP.csd", "COVAREP", width: 3, step: 0.2)
  /// 8 rows per recording: the words.
  public var text = TinySequence("languages/CMU_MOSEI_TimestampedWordVectors.csd", "glove_vectors", width: 4, step: 0.5)
  /// 2 rows per recording: the segments.
  public var labels = TinySequence("labels/CMU_MOSEI_Labels.csd", "All Labels", width: 7, step: 2)
  /// The content of `folds.json`.
  public var folds: [Split: [String]] = [.train: Array(ids[..<4]), .valid: [ids[4]], .test: [ids[5]]]

  /// The intact corpus.
  public init() {
    labels.metadata["dimension names"] =
      #"["sentiment", "happy", "sad", "anger", "surprise", "disgust", "fear"]"#
    for id in Self.ids {
      // Labels are in [−3, 3]; other modalities have their own scale.
      labels.entries[id]?.values = .floats(
        (0..<14).map { Float(($0 * 5 + id.utf8.count + Int(id.utf8.last!)) % 13) / 2 - 3 })
    }
  }

  /// Writes the files and returns the folder.
  @discardableResult public func write(to folder: String) throws -> String {
    for sequence in [visual, audio, text, labels] { try sequence.write(to: folder + "/" + sequence.path) }
    let lists = folds.map { ($0.key.rawValue, JSONValue.array($0.value.map { .string($0) })) }
    try AtomicFile.write(
      JSONValue.object(Dictionary(uniqueKeysWithValues: lists)).prettyText, to: folder + "/folds.json")
    return folder
  }

  /// Turns the text sequence into word strings, as in CMU-MOSI, and writes vectors for its words next to it.
  public mutating func useWords() {
    text = TinySequence("languages/words.csd", "words", width: 1, step: 0.5)
    for id in Self.ids {
      text.entries[id]?.values = .words(["the", "film", "sp", "was", "good", "sp", "was", "zzyzx"])
    }
  }

  /// Vectors in GloVe's text format for all words of `useWords` but one.
  public static let glove = """
    the 0.5 0.25 -0.5 1
    film 1 -0.25 0.125 0.5
    was -1 0.75 0.5 0.25
    good 2 1 0.5 -0.25
    sp 0.5 0.5 0.5 0.5

    """
}
