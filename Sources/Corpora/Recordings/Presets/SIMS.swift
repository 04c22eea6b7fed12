import Samples

extension RecordingsCorpus {
  /// CH-SIMS: Chinese films, series and shows, with a label for each modality.
  public static let sims = RecordingsCorpus(
    RecordingsPreset(
      name: "CH-SIMS", command: "sims", homepage: "https://github.com/thuiar/MMSA",
      citation:
        "Yu et al.: CH-SIMS: A Chinese Multimodal Sentiment Analysis Dataset with Fine-grained Annotation of Modality. ACL 2020.",
      layout: .mmsa, published: [.train: 1368, .valid: 456, .test: 457]))

  /// The supervised part of CH-SIMS v2.
  public static let simsv2 = RecordingsCorpus(
    RecordingsPreset(
      name: "CH-SIMS v2", command: "simsv2", homepage: "https://github.com/thuiar/ch-sims-v2",
      citation:
        "Liu et al.: Make Acoustic and Visual Cues Matter: CH-SIMS v2.0 Dataset and AV-Mixup Consistent Module. ICMI 2022.",
      layout: .mmsa, published: [.train: 2722, .valid: 647, .test: 1034]))
}
