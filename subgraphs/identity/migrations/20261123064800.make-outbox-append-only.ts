// Forward-safe: the service only ever inserts into its outbox.
import { Migration } from '@logicspike/database'

export class MakeOutboxAppendOnly20261123064800 extends Migration {
  override up(): void {
    // Reading and deleting events is the sequencer's; audit records are among them.
    this.addSql('revoke select, update, delete on identity.outbox from identity_service')
  }

  override down(): void {
    this.addSql('grant select, update, delete on identity.outbox to identity_service')
  }
}
