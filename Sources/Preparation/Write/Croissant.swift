import Corpora
import Digests
import Foundation
import Samples
import Shards
import Text

/// croissant.json: the prepared folder described in MLCommons Croissant 1.1, for data set search and for `mlcroissant`.
struct Croissant {
  let manifest: Manifest
  let configuration: PreparationConfiguration

  /// The document; file digests are taken from the manifest, those of the small files from `folder`.
  func json(folder: String) throws -> JSONValue {
    var members: [String: JSONValue] = [
      "@context": Self.context, "@type": "sc:Dataset", "conformsTo": "http://mlcommons.org/croissant/1.1",
      "name": .string("\(manifest.dataset)-\(manifest.granularity)"), "description": .string(description),
      "url": .string(configuration.corpus.homepage ?? "https://schema.org/Dataset"),
      "version": "1.0.0", "citeAs": .string(configuration.corpus.citation ?? manifest.dataset),
      "distribution": .array(try smallFiles(folder) + shardFiles),
      "recordSet": [samples],
    ]
    members["license"] = (configuration.license ?? configuration.corpus.license).map { .string($0) }
    members["datePublished"] = configuration.datePublished.map { .string($0) }
    for (name, text) in responsibleUse { members["rai:" + name] = text }
    return .object(members)
  }

  /// What the responsible-AI extension of Croissant asks, as far as a preparation knows it; who publishes the folder has to
  /// complete it.
  private var responsibleUse: [(name: String, text: JSONValue)] {
    let dataset = manifest.dataset
    var limits = ["Scores hold for people, languages and situations like those of \(dataset)."]
    var steps = [
      "One row per \(manifest.granularity): what was measured in its time is averaged.",
      isLike
        ? "Columns are scaled with the median and interquartile range of the train split of another folder, which a model was trained on."
        : "Columns are scaled with the median and interquartile range of the train split.",
    ]
    for (modality, record) in manifest.modalities.sorted(by: { $0.key < $1.key }) {
      guard let extractor = record.extractor else { continue }
      steps.append("The \(modality) features were made by \(extractor.title), as the user declares.")
    }
    for leak in manifest.allowedLeaks { limits.append("A leak was allowed (\(leak.check)): \(leak.summary)") }
    if manifest.allowedLeaks.isEmpty, !isLike {
      steps.append("Groups (\(configuration.corpus.group.plural)) are never divided between splits.")
    }
    let imputation =
      "NaN and infinite cells: mode \(configuration.cleaning.rawValue); a mask tells which rows hold data, and report.json "
      + "counts what was filled."
    let biases =
      "Not examined by the preparation. Labels are judgements of raters about expressions, not what people felt."
    let useCases = "Training and comparison of models that tell sentiment or emotion from speech, faces and words."
    let impact =
      "Models of emotion can be turned on people who did not agree to it; in some places and uses, such as work and schools in "
      + "the European Union, that is forbidden."
    var answers: [(name: String, text: JSONValue)] = [
      ("dataPreprocessingProtocol", .array(steps.map { .string($0) })),
      ("dataImputationProtocol", .string(imputation)),
      ("dataLimitations", .array(limits.map { .string($0) })),
      ("dataBiases", .string(biases)),
      (
        "personalSensitiveInformation",
        .string("Measures of faces and voices, and words, of people, who may be recognised by them.")
      ),
      ("dataUseCases", .string(useCases)),
      ("dataSocialImpact", .string(impact)),
    ]
    if let people = configuration.corpus.people { answers.append(("dataCollection", .string(people))) }
    return answers
  }

  private var description: String {
    let total = manifest.splits.values.reduce(0) { $0 + $1.samples }
    let widths = manifest.modalities.sorted { $0.key < $1.key }.map { "\($0.key) [\($0.value.dim)]" }
    return
      "\(manifest.dataset), \(total) samples at \(manifest.granularity) granularity: \(widths.joined(separator: ", ")). "
      + (isLike
        ? "Scaled like other data, on whose train split the scaler was fitted; not divided."
        : "Scaled by a RobustScaler fitted on the train split only; \(division).")
  }

  /// Whether nothing was fitted, because it is data for a trained model.
  private var isLike: Bool { manifest.likeSHA256 != nil }

  /// What splits share: nothing, or what the user let pass.
  private var division: String {
    let leaks = manifest.allowedLeaks.map(\.check)
    return leaks.isEmpty
      ? "each split holds whole \(configuration.corpus.group.plural)"
      : "splits are not independent, as the checks \(leaks.joined(separator: " and ")) say"
  }

  private func smallFiles(_ folder: String) throws -> [JSONValue] {
    try [
      (SamplesFile.name, "application/jsonlines"), (SplitsFile.name, "application/json"),
      (ScalersFile.name, "application/octet-stream"),
    ].map { name, format in
      let (digest, byteCount) = try SHA256.hexDigest(ofFile: folder + "/" + name)
      return Self.file(name, format: format, byteCount: byteCount, digest: digest)
    }
  }

  private var shardFiles: [JSONValue] {
    manifest.presentSplits.flatMap { manifest.splits[$0]?.shards ?? [] }.map { record in
      Self.file(record.file, format: "application/octet-stream", byteCount: record.bytes, digest: record.sha256)
    }
  }

  private static func file(_ name: String, format: String, byteCount: Int, digest: String) -> JSONValue {
    [
      "@type": "cr:FileObject", "@id": .string(name), "name": .string(name), "contentUrl": .string(name),
      "encodingFormat": .string(format), "contentSize": .string("\(byteCount) B"), "sha256": .string(digest),
    ]
  }

  /// One record per sample, read from samples.jsonl.
  private var samples: JSONValue {
    let promise = manifest.allowedLeaks.isEmpty && !isLike ? "; never in two splits." : "."
    let labels = manifest.labelNames
    let fields: [(name: String, type: JSONValue, length: Int?, text: String)] = [
      ("id", "sc:Text", nil, "Name of the sample: recording and label row."),
      ("group", "sc:Text", nil, configuration.corpus.group.title + promise),
      ("speaker", "sc:Text", nil, "Who speaks, if the corpus says so."),
      ("split", "sc:Text", nil, isLike ? "predict." : "train, valid or test."),
      ("interval", "sc:Float", 2, "Start and end in the recording, in seconds."),
      ("label", "sc:Float", labels.count, "\(labels.joined(separator: ", ")); null where one is missing."),
      ("words", "sc:Text", nil, "What is said, if the corpus has words."),
      ("shard", "sc:Text", nil, "File that holds the sample's rows."),
      ("index", "sc:Integer", nil, "Position in that file."),
    ]
    return [
      "@type": "cr:RecordSet", "@id": "samples", "name": "samples", "key": ["@id": "samples/id"],
      "field": .array(
        fields.map { field in
          var members: [String: JSONValue] = [
            "@type": "cr:Field", "@id": .string("samples/\(field.name)"), "name": .string(field.name),
            "description": .string(field.text), "dataType": field.type,
            "source": [
              "fileObject": ["@id": .string(SamplesFile.name)], "extract": ["column": .string(field.name)],
            ],
          ]
          if let length = field.length {
            members["isArray"] = true
            members["arrayShape"] = .string("\(length)")
          }
          return .object(members)
        }),
    ]
  }

  /// The standard context of Croissant 1.1, as `mlcroissant` 1.1 compares it.
  private static let context: JSONValue = {
    let same = [
      "arrayShape", "citeAs", "column", "containedIn", "equivalentProperty", "extract", "field", "fileProperty",
      "fileObject",
      "fileSet", "format", "includes", "isArray", "isLiveDataset", "jsonPath", "key", "md5", "parentField", "path",
      "recordSet",
      "references", "regex", "repeated", "replace", "samplingRate", "separator", "source", "subField", "transform",
    ]
    var members: [String: JSONValue] = Dictionary(uniqueKeysWithValues: same.map { ($0, .string("cr:" + $0)) })
    members["@language"] = "en"
    members["@vocab"] = "https://schema.org/"
    members["conformsTo"] = "dct:conformsTo"
    members["cr"] = "http://mlcommons.org/croissant/"
    members["rai"] = "http://mlcommons.org/croissant/RAI/"
    members["dct"] = "http://purl.org/dc/terms/"
    members["sc"] = "https://schema.org/"
    members["data"] = ["@id": "cr:data", "@type": "@json"]
    members["examples"] = ["@id": "cr:examples", "@type": "@json"]
    members["dataType"] = ["@id": "cr:dataType", "@type": "@vocab"]
    return .object(members)
  }()
}
