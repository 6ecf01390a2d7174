/** Decisions on candidates that passed and whose plan asks for an approval of their release. */
package io.pitlane.gateway.approvals;
