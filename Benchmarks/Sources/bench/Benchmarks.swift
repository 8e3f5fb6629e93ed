import Measuring

/// Everything that `make bench` measures, in the order of the table.
let benchmarks: [any Benchmark] = [
    WebhookToStatus(),
    LeadLists(),
    ImportLeads(),
    BulkStage(),
    TakeLeads(),
    Rescoring(),
    StatusThroughput(),
    StatusLatency(),
    PreviewPage(),
]
