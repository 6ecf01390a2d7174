/** How well a model does: accuracy by task, and fidelity to the original. */
package io.pitlane.evaluation;
