/** One execution of a plan: its jobs, state, progress and lineage. */
package io.pitlane.contract.run;
