/**
 * What a change of a model costs: comparison with the model before, limits, samples, allocation.
 */
package io.pitlane.analysis;
