/** The quality of a model: accuracy by task, and fidelity to the original. */
package io.pitlane.evaluation;
