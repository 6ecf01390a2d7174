/** What bench publishes at the end of a run. */
package io.pitlane.contract.report;
