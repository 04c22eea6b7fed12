import ArrayFiles
import Console
import Preparation
import Samples

extension SharedOptions {
  /// The keys of a pipeline file for the flags of all preparations.
  static let pipelineKeys: [PipelineKey] = [
    PipelineKey("out", .text),
    PipelineKey("granularity", .choice(Granularity.allCases.map(\.rawValue))),
    PipelineKey("folds", .texts), PipelineKey("ratios", .ratios), PipelineKey("seed", .integer(from: 0)),
    PipelineKey("clean", .choice(CleaningMode.allCases.map(\.rawValue))),
    PipelineKey("dtype", .choice(StoredFloat.allCases.map(\.rawValue))),
    PipelineKey("modalities", .choices(Modality.allCases.map(\.rawValue))),
    PipelineKey("glove", .text), PipelineKey("missing", .choice(MissingPolicy.allCases.map(\.rawValue))),
    PipelineKey("limit", .integer(from: 1)), PipelineKey("threads", .integer(from: 1)), PipelineKey("memory", .size),
    PipelineKey("license", .text), PipelineKey("date-published", .text), PipelineKey("overwrite", .flag),
    PipelineKey("allow-leaks", .texts), PipelineKey("allow-times", .flag),
    PipelineKey("dry-run", .flag),
    PipelineKey("json", .flag), PipelineKey("quiet", .flag), PipelineKey("verbose", .flag),
    PipelineKey("progress", .choice(ProgressMode.allCases.map(\.rawValue))),
  ]
}

extension CSDFlags {
  /// The keys of a pipeline file: one for each flag of a corpus of .csd files. A test holds them against the flags.
  static let pipelineKeys =
    SharedOptions.pipelineKeys + [
      PipelineKey("root", .text), PipelineKey("visual", .text), PipelineKey("audio", .text), PipelineKey("text", .text),
      PipelineKey("labels", .text), PipelineKey("label-names", .texts), PipelineKey("keep-pauses", .flag),
      PipelineKey("pause-words", .texts), PipelineKey("skip-bad-entries", .flag),
    ]
}

extension IEMOCAPFlags {
  /// The keys of a pipeline file: one for each flag of `msa-prep iemocap`. A test holds them against the flags.
  static let pipelineKeys =
    SharedOptions.pipelineKeys + [
      PipelineKey("root", .repeated), PipelineKey("split", .text),
      PipelineKey("labels", .choice(EmotionLabels.allCases.map(\.rawValue))),
      PipelineKey("frame-offset", .integer(from: -100)), PipelineKey("audio-features", .text),
      PipelineKey("audio-rate", .number), PipelineKey("visual-features", .text), PipelineKey("visual-rate", .number),
      PipelineKey("face", .integer(from: 0)),
    ]
}
