/** One step of a plan with its options, for every technique. */
package io.pitlane.contract.step;
