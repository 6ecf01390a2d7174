/** SavedModels to flat graphs and back, and what a model may do. */
package io.pitlane.model.savedmodel;
