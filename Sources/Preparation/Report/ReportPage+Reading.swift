import Reports
import Samples
import Text

extension ReportPage {
  /// The files that were read, with what identifies them.
  var sources: Markup {
    let rows = (report["sources"]?.elements ?? []).map { source -> [Markup] in
      [
        Markup(source["name"]?.text ?? "–"), Markup(source["role"]?.text ?? "–"),
        Markup(source["root_name"]?.text ?? "–"),
        Self.count(source["entries"]), Self.count(source["rows"]), Self.count(source["width"]),
        Markup(source["type"]?.text ?? "–"), Markup(source["bytes"]?.intValue.map(\.byteText) ?? "–"),
      ]
    }
    let table = Table(
      [
        "File", "Role", "Root name", .number("Entries"), .number("Rows"), .number("Width"), "Stored as",
        .number("Size"),
      ], rows: rows)
    let fingerprints = (report["sources"]?.elements ?? []).compactMap { source -> [Markup]? in
      source["fingerprint"]?.text.map { [Markup(source["name"]?.text ?? "–"), .code($0)] }
    }
    let prints = Table(["File", "XXH3-128 of its data"], rows: fingerprints).markup
    return table.markup + (prints == .empty ? .empty : .fold("Fingerprints", prints))
  }

  /// The configuration that decided the bytes.
  var configuration: Markup {
    let members = (report["config"]?.members ?? [:]).sorted { $0.key < $1.key }
    return Table(["Key", "Value"], rows: members.map { [Markup($0.key), .code(Self.plain($0.value))] }).markup
  }

  private static func plain(_ value: JSONValue) -> String {
    switch value {
    case .string(let text): text
    case .null: "not set"
    case .array(let values): values.map(plain).joined(separator: ", ")
    default: value.canonicalText
    }
  }

  /// The files beside this page, and how to read them.
  var files: Markup {
    let rows = Self.folder.map { [Markup.code($0.key), Markup($0.value)] }
    return Table(["File", "What it is"], rows: rows).markup + .heading("Reading a shard in Python")
      + .paragraph(
        "A shard is a safetensors file; none of our code is needed (" + .code("pip install \(packages)") + ").")
      + .listing(script)
      + .paragraph(
        "Check the folder at any time with " + .code("msa-prep verify") + " and the folder’s path; export it with "
          + .code("msa-prep export") + ".")
  }

  private static let folder: KeyValuePairs = [
    "shards/": "the samples: safetensors files named after their split",
    "manifest.json": "counts, checksums and the configuration; written last",
    "splits.json": "the recordings and sample ids of each split",
    "samples.jsonl": "one line per sample: id, shard, index, interval, label, words",
    "scalers.safetensors": "center and scale of each column, fitted on train",
    "report.json": "the figures of this page for programs",
    "croissant.json": "a description in MLCommons Croissant, for catalogues",
  ]

  /// NumPy has no bfloat16.
  private var isBFloat16: Bool { report["dtype"]?.text == "bf16" }
  private var packages: String { isBFloat16 ? "safetensors torch" : "safetensors numpy" }

  private var script: String {
    let modality = Modality.allCases.map(\.rawValue).last { report["modalities"]?[$0] != nil } ?? "text"
    return """
      import json
      from safetensors import safe_open

      with safe_open("shards/train-00000.safetensors", framework="\(isBFloat16 ? "pt" : "numpy")") as shard:
          ids = json.loads(shard.metadata()["ids"])
          labels = shard.get_tensor("labels")  # [samples, labels]
          offsets = shard.get_tensor("\(modality)_offsets")  # [samples + 1]
          rows = shard.get_tensor("\(modality)")  # [rows, columns], scaled
          mask = shard.get_tensor("\(modality)_mask")  # 0 where a row had no frame

      first = rows[offsets[0]:offsets[1]]  # the rows of sample ids[0]
      print(ids[0], labels[0], first.shape)
      """
  }
}

// MARK: - Features from files

extension ReportPage {
  /// Ready-made features: how many there are, and what has none.
  var readyFeatures: Markup {
    Modality.allCases.reduce(.empty) { body, modality in
      guard let features = report["\(modality)_features"] else { return body }
      return body + .heading(modality.rawValue) + Self.readyFeatures(features)
    }
  }

  private static func readyFeatures(_ features: JSONValue) -> Markup {
    let files = features["files"]?.intValue ?? 0
    let rows = features["rows"]?.intValue ?? 0
    let width = features["width"]?.intValue ?? 0
    let form = features["one_row_each"]?.boolValue == true ? "one row each" : rows.counted("row")
    let subwords = features["counts"]?["texts.subword"]?.intValue ?? 0
    let averaged = subwords > 0 ? " In \(subwords.grouped) of them the tokens of each word were averaged." : ""
    let lists: [(key: String, title: String)] = [
      ("missing_recordings", "recordings without features"),
      ("missing_samples", "samples without features, of recordings that have some"),
      ("unknown_names", "names of nothing in the corpus"),
    ]
    return lists.reduce(
      .paragraph(Markup("\(files.counted("array")), \(form), of \(width.counted("column")).\(averaged)"))
    ) { body, list in
      guard let count = features[list.key]?["count"]?.intValue, count > 0 else { return body }
      let ids = (features[list.key]?["ids"]?.elements ?? []).compactMap(\.text)
      let shown = count > ids.count ? ", the first \(ids.count.grouped)" : ""
      return body
        + .fold(
          Markup("\(count.grouped) \(list.title)\(shown)"),
          .element("p", ["class": "ids"], .group(ids.map { .code($0) }, separator: " ")))
    }
  }
}
