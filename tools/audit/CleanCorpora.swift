import ArrayFiles
import Corpora
import Files
import Preparation
import Samples
import SyntheticCorpora

/// Small clean prepared folders with many settings: layouts, granularities, cleaning, stored formats, sizes.
///
/// Each is a function of its number and the table's seed.
struct CleanCorpora: Sendable {
  private let work: String
  private let seed: UInt64

  init(_ options: TableOptions) { (work, seed) = (options.work, options.seed) }

  /// How a corpus is prepared.
  struct Setting: Sendable {
    let layout: SyntheticCorpus.Layout
    let granularity: Granularity
    let cleaning: CleaningMode
    let dtype: StoredFloat

    var text: String { "\(layout.rawValue)/\(granularity.rawValue)/\(cleaning.rawValue)/\(dtype.rawValue)" }
  }

  /// What the settings rotate through; coprime counts make every combination come up.
  static func setting(_ number: Int) -> Setting {
    let granularities: [Granularity] = [.word, .utterance, .word, .video, .word, .utterance, .frame]
    let cleanings: [CleaningMode] = [.mask, .mask, .zero, .mask, .seed]
    return Setting(
      layout: number % 2 == 0 ? .mosi : .mosei, granularity: granularities[number % 7],
      cleaning: cleanings[number % 5], dtype: [.f16, .f32, .bf16][number % 3])
  }

  /// Makes and prepares a corpus; the raw files are removed.
  ///
  /// - Returns: the prepared folder.
  func make(_ number: Int, setting: Setting, videos: Int? = nil) throws -> String {
    let (raw, output) = ("\(work)/raw-\(number)", "\(work)/clean-\(number)")
    if try Folder.entry(at: output + "/manifest.json") != nil { return output }
    try Folder.remove(raw)
    var corpus = SyntheticCorpus()
    corpus.layout = setting.layout
    // Few recordings: a video is one sample there.
    corpus.videos = videos ?? (setting.granularity == .video ? 60 : 30 + number % 3 * 10)
    corpus.seconds = setting.granularity == .video ? 8 : 16
    corpus.seed = seed &+ UInt64(number)
    corpus.isCompressed = false
    corpus.nonFiniteRate = [0.001, 0.01, 0][number % 3]
    _ = try corpus.write(to: raw)
    var configuration = PreparationConfiguration(
      corpus: setting.layout == .mosi ? CMUCorpus.mosi : .mosei, root: raw, output: output, threads: 1,
      memory: 1 << 30)
    configuration.granularity = setting.granularity
    configuration.cleaning = setting.cleaning
    configuration.dtype = setting.dtype
    configuration.overwrites = true
    if setting.layout == .mosi { configuration.glove = raw + "/word-vectors.txt" }
    _ = try Preparation.run(configuration)
    try Folder.remove(raw)
    return output
  }
}
