/** Update rules, learning rate schedules, and the variables that they update. */
package io.pitlane.training.optimizer;
