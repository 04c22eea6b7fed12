import Leaks
import Samples
import Text

/// `target-in-features`: no feature column, nor any weighted sum or product of two, is a label in disguise
/// (`TargetSearch`). No statistic of a column reveals more of a label than honest features do, and no column holds
/// anything computed from labels (`DisguiseSearch`).
struct TargetInFeatures: AuditCheck {
  let id = "target-in-features"
  let severity = Severity.error
  let leakage: LeakageType? = .illegitimateFeatures
  let meaning = "No feature, and no sum or product of two features, is the label in disguise."
  let modalities = Set(Modality.allCases)
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
    let traces = try DisguiseSearch(
      dataset: dataset, features: features, labels: outcome.searched, threads: subject.threads
    ).run()
    if let worst = traces.first(where: \.isLeak) {
      return .fail(
        names.sentence(worst) + ".", evidence: traces.prefix(Self.shown).map(names.evidence) + [Self.rate],
        advice: "Find out where the column comes from and leave it out: a model that reads it predicts nothing.")
    }
    if let worst = traces.first {
      return .warn(
        "\(names.sentence(worst)): more than other features tell.",
        evidence: traces.prefix(Self.shown).map(names.evidence) + [Self.rate],
        advice: "Find out where the column comes from, and whether what made it has seen labels.")
    }
    return Self.clean(outcome, names)
  }

  private static let shown = 20

  private static let rate = Evidence(
    text:
      "At most \(DisguiseSearch.familyWiseRate.fixed(3)) of clean data sets fail or are warned of, over all columns, "
      + "statistics, forms and labels together; recordings change places and are rotated.",
    facts: ["family_wise_error_rate": .number(DisguiseSearch.familyWiseRate)])

  /// Reports that no label was found; if there were too many sums to search, one of them may still hold a label.
  private static func clean(_ outcome: TargetSearch.Outcome, _ names: TargetNames) -> Finding {
    let width = names.features.width
    let best = outcome.best.min { $0.fit.residualShare < $1.fit.residualShare }
    let nearest = best.map { " The nearest: \(names.sentence($0))." } ?? ""
    let evidence = names.evidence(outcome.best) + [Self.rate]
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
    let share = (100 * (1 - hit.fit.residualShare)).fixed(hit.fit.residualShare < 0.001 ? 4 : 1)
    let verb = hit.columns.count == 1 ? "explains" : "together explain"
    return "\(columns) \(verb) \(share) % of the variance of \(label)"
  }

  func evidence(_ hits: [TargetSearch.Hit]) -> [Evidence] {
    hits.prefix(20).map { hit in
      let terms = zip(hit.fit.coefficients, hit.columns).map { "\($0.fixed(4)) × \(name($1))" }
      let formula = terms.joined(separator: " + ") + " + \(hit.fit.constant.fixed(4))"
      let facts: [String: JSONValue] = [
        "label": .string(dataset.labelNames[hit.label]), "columns": .array(hit.columns.map { .string(name($0)) }),
        "coefficients": .array(hit.fit.coefficients.map { .number($0) }), "constant": .number(hit.fit.constant),
        "unexplained": .number(hit.fit.residualShare),
      ]
      return Evidence(
        text: "\(dataset.labelNames[hit.label]) = \(formula), over the samples' means as stored; left unexplained: "
          + "\((100 * hit.fit.residualShare).fixed(4)) %.", facts: .object(facts))
    }
  }

  func sentence(_ trace: DisguiseSearch.Trace) -> String {
    let names = trace.columns.map(name)
    let columns =
      trace.statistic.words + (names.count <= 2 ? names.joined(separator: " and ") : Phrase.list(names, limit: 5))
    let label = dataset.labelNames[trace.label]
    let target = trace.relation.isEmpty ? label : "\(trace.relation) (\(label))"
    let note = trace.note.isEmpty ? "" : "; \(trace.note)"
    if let area = trace.area {
      return "\(columns) tells the sign of \(label) (area under the curve \(area.fixed(4)))"
    }
    if let edge = trace.selection, let first = trace.columns.first, let last = trace.columns.last {
      return
        "\(edge.columnCount) columns from \(name(first)) to \(name(last)) look selected for their correlation with \(label) over "
        + "train, valid and test: none is weaker than \(edge.weakestOverall.fixed(1)) standard errors there, some are in train "
        + "(\(edge.weakestTrain.fixed(1)))"
    }
    if let (train, held) = trace.correlations {
      return
        "\(columns) goes with \(label) in train (r \(train.fixed(2))) far more than held out (r \(held.fixed(2)))\(note)"
    }
    if trace.columns.isEmpty {
      return
        "the places of missing cells explain \((100 * trace.explained).fixed(1)) % of the variance of \(target) \(trace.note)"
    }
    if trace.form == .decided {
      return "\(target) decides \((100 * trace.explained).fixed(1)) % of the variance of \(columns)"
    }
    let verb = trace.columns.count == 1 ? "explains" : "together explain"
    return
      "\(columns) \(verb) \((100 * trace.explained).fixed(1)) % of the variance of \(target)\(trace.form.words)\(note)"
  }

  func evidence(_ trace: DisguiseSearch.Trace) -> Evidence {
    var facts: [String: JSONValue] = [
      "label": .string(dataset.labelNames[trace.label]), "relation": .string(trace.relation),
      "columns": .array(trace.columns.prefix(Phrase.keptCount).map { .string(name($0)) }),
      "statistic": .string(trace.statistic.rawValue),
      "form": .string(trace.form.rawValue), "explained": .number(trace.explained), "p_value": .number(trace.pValue),
    ]
    if let area = trace.area { facts["area_under_curve"] = .number(area) }
    if let edge = trace.selection { facts["weakest_in_standard_errors"] = .number(edge.weakestOverall) }
    if let (train, held) = trace.correlations {
      facts["correlation_in_train"] = .number(train)
      facts["correlation_held_out"] = .number(held)
    }
    return Evidence(
      text: "\(sentence(trace)) (p at most \(PValue.text(trace.pValue)) over all that was tried).",
      facts: .object(facts))
  }

  private func name(_ column: Int) -> String { features.name(ofColumn: column) }
}
