// When a sink's buffer of one table flushes. Pure. Source: C-JSI-31, C-JSI-32;
// kafka-connect-jdbc 10.6.4, BufferedRecords.
#pragma once

#include <vector>

#include "models/connect/record.h"

namespace logquake::connect {

/// Records waiting for one table within one `put`. The caller performs each step in the order of
/// its fields, then takes the records with take() where it says flush.
class SinkBuffer {
 public:
  struct Settings {
    int batch_size = 3000;
    bool delete_enabled = false;
    bool flush_on_insert_after_delete = true;  // off: defect jdbc-sink.keep-insert-after-delete
  };
  /// What adding a record asks for.
  struct Step {
    bool flush_before = false;  // the records so far
    bool prepare = false;      // look the table up and prepare statements for this record's schemas
    bool flush_after = false;  // all records, this one included
  };
  explicit SinkBuffer(Settings settings) : settings_(settings) {}

  /// Decides about the next record; call take() where the step says flush_before, then push().
  Step decide(const SinkRecord& record);
  void push(const SinkRecord* record) { records_.push_back(record); }
  /// What waits, upserts and deletes together in their order of arrival; the buffer is empty
  /// afterwards.
  std::vector<const SinkRecord*> take();

 private:
  Settings settings_;
  std::vector<const SinkRecord*> records_;  // borrowed from the put
  bool prepared_ = false;
  bool deletes_in_batch_ = false;
  SchemaRef key_schema_;
  SchemaRef value_schema_;
};

}  // namespace logquake::connect
