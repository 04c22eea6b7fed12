import ArrayFiles
import Corpora
import Files
import Samples
import Shards
import Text

/// README.md of tar files as the Hugging Face Hub reads it: a block of YAML with the files of each split, the type of every
/// column, licence and number of samples, by which `datasets.load_dataset(folder)` loads and checks them, and a text for people.
struct DatasetCard {
  /// The file's name inside the export.
  static let name = "README.md"
  /// The first line within the block: a card without it is the user's own.
  private static let mark = "# Written by msa-prep export, which replaces it."

  /// No card of an export is larger, in bytes.
  private static let sizeLimit = 1 << 20

  private let source: ExportSource
  private let corpus: (any Corpus)?

  init(_ source: ExportSource) {
    self.source = source
    corpus = CorpusRegistry.shipped.corpus(named: source.manifest.dataset)
  }

  /// Refuses to replace a card that somebody wrote, before anything else is written.
  ///
  /// - Throws: `DataError` 73.
  static func requireReplaceable(in folder: String) throws {
    if try isOwn(in: folder) { return }
    throw DataError(
      .cannotCreate, file: folder + "/" + name, "is not from an export",
      expected: "no such file, or the one of an earlier export", advice: "Move it, or give another --out.")
  }

  /// Whether a folder has no card, or one that an export wrote.
  static func isOwn(in folder: String) throws -> Bool {
    let path = folder + "/" + name
    guard try Folder.entry(at: path) != nil else { return true }
    guard try InputFile(path: path).byteCount <= sizeLimit else { return false }
    return try InputFile.contents(of: path, limit: sizeLimit).starts(with: "---\n\(mark)".utf8)
  }

  var text: String {
    let manifest = source.manifest
    let splits = manifest.presentSplits.filter { manifest.splits[$0]?.samples ?? 0 > 0 }
    var lines = [
      "---", Self.mark, "pretty_name: \(quoted("\(manifest.dataset), one row per \(manifest.granularity)"))",
    ]
    if let license = manifest.config["license"]?.text ?? corpus?.license {
      lines += ["license: other", "license_name: \(quoted(license))"]
    }
    lines += ["configs:", "- config_name: default", "  data_files:"]
    for split in splits { lines += ["  - split: \(Self.hubName(split))", "    path: \(quoted("\(split)-*.tar"))"] }
    lines += ["dataset_info:", "  features:"] + features.map { "  " + $0 } + ["  splits:"]
    for split in splits {
      lines += ["  - name: \(Self.hubName(split))", "    num_examples: \(manifest.splits[split]?.samples ?? 0)"]
    }
    lines += ["---", ""] + prose
    return lines.joined(separator: "\n") + "\n"
  }

  /// The split as the Hub calls it.
  private static func hubName(_ split: Split) -> String { split == .valid ? "validation" : split.rawValue }

  /// The columns that tar files become: a member's name behind the sample's key, and what it holds.
  private var features: [String] {
    let manifest = source.manifest
    var lines: [String] = []
    for modality in source.modalities {
      let type = manifest.modalities[modality]?.dtype == .f16 ? "float16" : "float32"
      lines += ["- name: \(modality).npy", "  sequence:", "    sequence: \(type)"]
      lines += ["- name: \(modality)_mask.npy", "  sequence: uint8"]
      lines += ["- name: \(modality)_intervals.npy", "  sequence:", "    sequence: float64"]
    }
    lines += ["- name: json", "  struct:"]
    let optional = source.optionalTexts
    let texts = optional.filter { $0 == "dialog" } + ["group", "id"]
    for name in texts { lines += ["  - name: \(name)", "    dtype: string"] }
    for name in ["interval", "label"] { lines += ["  - name: \(name)", "    sequence: float64"] }
    lines += ["  - name: label_names", "    sequence: string"]
    let others = optional.filter { $0 == "sentence" } + ["session", "speaker", "split", "words"]
    for name in others { lines += ["  - name: \(name)", "    dtype: string"] }
    for name in ["__key__", "__url__"] { lines += ["- name: \(name)", "  dtype: string"] }
    return lines
  }

  private var prose: [String] {
    let manifest = source.manifest
    let widths = source.modalities.map { "\($0) [rows, \(manifest.modalities[$0]?.dim ?? 0)]" }
    var lines = [
      "# \(PrintableText.line(manifest.dataset)), one row per \(manifest.granularity)", "",
      "Features by sample: \(widths.joined(separator: ", ")), with a mask of rows that hold data and their times in seconds. "
        + "`json` holds the id, who speaks, the words and the labels: \(PrintableText.line(manifest.labelNames.joined(separator: ", "))).",
      "",
      "Columns are scaled with the median and interquartile range of the train split"
        + (manifest.likeSHA256 == nil ? "" : " of other data, which a model was trained on")
        + (manifest.allowedLeaks.isEmpty && manifest.likeSHA256 == nil
          ? "; no \(corpus?.group.singular ?? "group") is in two splits." : "."),
      "",
      "```python", "from datasets import load_dataset",
      "samples = load_dataset(\"this/folder\", split=\"\(manifest.likeSHA256 == nil ? "train" : "predict")\")",
      "```",
    ]
    for modality in source.modalities {
      guard let extractor = manifest.modalities[modality]?.extractor else { continue }
      lines += ["", "The \(modality) features were made by \(PrintableText.line(extractor.title)), as declared."]
    }
    for leak in manifest.allowedLeaks {
      lines += ["", "**A leak was allowed (\(leak.check)).** \(PrintableText.line(leak.summary))"]
    }
    if let corpus {
      if let people = corpus.people { lines += ["", people] }
      if let citation = corpus.citation { lines += ["", "Cite: \(citation)"] }
      if let homepage = corpus.homepage { lines += ["", "Source: <\(homepage)>"] }
    }
    return lines
  }

  /// A text in YAML's double quotes, which are those of JSON.
  private func quoted(_ text: String) -> String { JSONValue.string(text).canonicalText }
}
