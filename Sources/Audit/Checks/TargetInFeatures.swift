import Leaks
import Samples
import Text

/// `target-in-features`: no feature column, nor any weighted sum of two, is a label in disguise (`TargetSearch`).
struct TargetInFeatures: AuditCheck {
  let id = "target-in-features"
  let severity = Severity.error
  let leakage: LeakageType? = .illegitimateFeatures
  let meaning = "No feature, and no sum of two features, is the label in disguise."
  let readsContents = true

  func run(on subject: AuditSubject) throws -> Finding {
    .merging(try subject.datasets.map { ($0.name, try finding(for: $0, of: subject)) })
  }

  private func finding(for dataset: AuditedDataset, of subject: AuditSubject) throws -> Finding {
    let features = try subject.pooledFeatures(of: dataset)
    if features.width == 0 {
      return .undecidable("There are no features that a label could be among.", advice: "Give the features too.")
    }
    let search = TargetSearch(features: features, dataset: dataset, threads: subject.threads)
    let outcome = try search.run()
    if outcome.searched.isEmpty {
      return .undecidable(
        "No label has \(TargetSearch.fewestSamples) samples of which \(TargetSearch.fewestUncommon) differ from its most "
          + "frequent value.", advice: "Prepare more recordings.")
    }
    if outcome.best.isEmpty && outcome.hits.isEmpty {
      return .undecidable(
        "No feature column has enough values to be compared with a label.", advice: "Give the features of all samples.")
    }
    let names = TargetNames(dataset: dataset, features: features)
    if !outcome.hits.isEmpty {
      return .fail(
        names.summary(of: outcome.hits), evidence: names.evidence(outcome.hits),
        advice: "Find out where the column comes from and leave it out: a model that reads it predicts nothing."
      ).naming(names.columns(outcome.hits))
    }
    if !outcome.suspicions.isEmpty {
      return .warn(
        "\(names.sentence(outcome.suspicions[0])): more than features usually tell.",
        evidence: names.evidence(outcome.suspicions),
        advice: "Find out where the column comes from.")
    }
    return Self.clean(outcome, names)
  }

  /// Reports that no label was found; if there were too many sums to search, one of them may still hold a label.
  private static func clean(_ outcome: TargetSearch.Outcome, _ names: TargetNames) -> Finding {
    let width = names.features.width
    let best = outcome.best.min { $0.fit.residualShare < $1.fit.residualShare }
    let nearest = best.map { " The nearest: \(names.sentence($0))." } ?? ""
    let evidence = names.evidence(outcome.best)
    let labels = Phrase.count(outcome.searched.count, "label")
    if outcome.hasPairs {
      return .pass(
        "No column and no pair of columns of \(width.grouped) gives one of \(labels) away.\(nearest)",
        evidence: evidence)
    }
    return .undecidable(
      "No column of \(width.grouped) gives one of \(labels) away, but sums of two were not searched: more than "
        + "\(TargetSearch.widestForPairs.grouped) columns are too many.\(nearest)", doubt: .incompleteSearch,
      evidence: evidence + [
        Evidence(
          text: "Sums of two columns were not searched: \(width.grouped) columns are more than "
            + "\(TargetSearch.widestForPairs.grouped).", facts: ["pairs_searched": false])
      ], advice: "Prepare fewer columns, or modality by modality, to have sums searched too.")
  }
}

/// Puts hits into words.
private struct TargetNames {
  let dataset: AuditedDataset
  let features: PooledFeatures

  /// Every column of some hits.
  func columns(_ hits: [TargetSearch.Hit]) -> [LeakColumn] {
    hits.flatMap { hit in
      hit.columns.compactMap { column in
        features.modalities.first { $0.columns.contains(column) }.map { modality, columns in
          LeakColumn(modality, column: column - columns.lowerBound, label: dataset.labelNames[hit.label])
        }
      }
    }
  }

  func summary(of hits: [TargetSearch.Hit]) -> String {
    let more = hits.count > 1 ? " (and \(Phrase.count(hits.count - 1, "further hit")))" : ""
    return sentence(hits[0]) + more + "."
  }

  func sentence(_ hit: TargetSearch.Hit) -> String {
    let columns = hit.columns.map(name).joined(separator: " and ")
    let label = dataset.labelNames[hit.label]
    if let area = hit.area {
      return "\(columns) tells the sign of \(label) (area under the curve \(area.fixed(4)))"
    }
    let share = (100 * (1 - hit.fit.residualShare)).fixed(hit.fit.residualShare < 0.001 ? 4 : 1)
    let verb = hit.columns.count == 1 ? "explains" : "together explain"
    return "\(columns) \(verb) \(share) % of the variance of \(label)"
  }

  func evidence(_ hits: [TargetSearch.Hit]) -> [Evidence] {
    hits.prefix(20).map { hit in
      let terms = zip(hit.fit.coefficients, hit.columns).map { "\($0.fixed(4)) × \(name($1))" }
      let formula = terms.joined(separator: " + ") + " + \(hit.fit.constant.fixed(4))"
      var facts: [String: JSONValue] = [
        "label": .string(dataset.labelNames[hit.label]), "columns": .array(hit.columns.map { .string(name($0)) }),
        "coefficients": .array(hit.fit.coefficients.map { .number($0) }), "constant": .number(hit.fit.constant),
        "unexplained": .number(hit.fit.residualShare),
      ]
      if let area = hit.area { facts["area_under_curve"] = .number(area) }
      return Evidence(
        text: "\(dataset.labelNames[hit.label]) = \(formula), over the samples' means as stored; left unexplained: "
          + "\((100 * hit.fit.residualShare).fixed(4)) %.", facts: .object(facts))
    }
  }

  private func name(_ column: Int) -> String { features.name(ofColumn: column) }
}
