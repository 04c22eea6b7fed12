import ArrayFiles
import Console
import Preparation
import Samples

extension PreparationOptions {
  /// The keys of a pipeline file: one for each flag of a preparation. A test holds them against the flags.
  static let pipelineKeys: [PipelineKey] = [
    PipelineKey("root", .text), PipelineKey("out", .text),
    PipelineKey("granularity", .choice(Granularity.allCases.map(\.rawValue))),
    PipelineKey("folds", .text), PipelineKey("ratios", .ratios), PipelineKey("seed", .integer(from: 0)),
    PipelineKey("clean", .choice(CleaningMode.allCases.map(\.rawValue))),
    PipelineKey("dtype", .choice(StoredFloat.allCases.map(\.rawValue))),
    PipelineKey("modalities", .choices(Modality.allCases.map(\.rawValue))),
    PipelineKey("visual", .text), PipelineKey("audio", .text), PipelineKey("text", .text),
    PipelineKey("labels", .text), PipelineKey("glove", .text), PipelineKey("keep-pauses", .flag),
    PipelineKey("missing", .choice(MissingPolicy.allCases.map(\.rawValue))),
    PipelineKey("limit", .integer(from: 1)), PipelineKey("threads", .integer(from: 1)), PipelineKey("memory", .size),
    PipelineKey("license", .text), PipelineKey("date-published", .text), PipelineKey("overwrite", .flag),
    PipelineKey("dry-run", .flag),
    PipelineKey("json", .flag), PipelineKey("quiet", .flag), PipelineKey("verbose", .flag),
    PipelineKey("progress", .choice(ProgressMode.allCases.map(\.rawValue))),
  ]
}
