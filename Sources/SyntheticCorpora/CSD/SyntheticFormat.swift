import Corpora

/// The files of a synthetic corpus, with their names, root names, widths and rates.
struct SyntheticFormat {
  /// One file.
  struct File {
    /// The path of the file, relative to the folder of the corpus.
    let path: String
    /// The name of its top-level group.
    let rootName: String
    /// The number of values in a row.
    let width: Int
    /// The number of rows per second; 0 if the lengths of rows vary.
    let frameRate: Double
    /// The names of the columns, if the real file has them.
    var dimensionNames: [String] = []
  }

  /// The name of the corpus in the metadata.
  let name: String
  let visual: File
  let audio: File
  let text: File
  let labels: File
  /// The file of word vectors that accompanies a text file of word strings; nil if the text file holds vectors.
  var wordVectors: String?

  /// CMU-MOSEI as it is downloaded: OpenFace 2, COVAREP, GloVe vectors, seven labels.
  static let mosei = SyntheticFormat(
    name: "CMU_MOSEI",
    visual: File(path: "visuals/CMU_MOSEI_VisualOpenFace2.csd", rootName: "OpenFace_2", width: 713, frameRate: 30),
    audio: File(path: "acoustics/CMU_MOSEI_COVAREP.csd", rootName: "COVAREP", width: 74, frameRate: 100),
    text: File(
      path: "languages/CMU_MOSEI_TimestampedWordVectors.csd", rootName: "glove_vectors", width: 300, frameRate: 0),
    labels: File(
      path: "labels/CMU_MOSEI_Labels.csd", rootName: "All Labels", width: 7, frameRate: 0,
      dimensionNames: CSDLabels.mosei))

  /// CMU-MOSI as the SDK downloads it, into one folder: FACET, COVAREP, word strings, one label.
  static let mosi = SyntheticFormat(
    name: "CMU_MOSI",
    visual: File(path: "CMU_MOSI_Visual_Facet_42.csd", rootName: "FACET 4.2", width: 35, frameRate: 30),
    audio: File(path: "CMU_MOSI_COVAREP.csd", rootName: "COVAREP", width: 74, frameRate: 100),
    text: File(path: "CMU_MOSI_TimestampedWords.csd", rootName: "words", width: 300, frameRate: 0),
    labels: File(
      path: "CMU_MOSI_Opinion_Labels.csd", rootName: "Opinion Segment Labels", width: 1, frameRate: 0,
      dimensionNames: ["sentiment score"]),
    wordVectors: "word-vectors.txt")
}
