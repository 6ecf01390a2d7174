/** Makes the model that learns: narrower, shallower, given, or the run's own. */
package io.pitlane.distill.student;
