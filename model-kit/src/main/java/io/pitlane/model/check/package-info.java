/** What can be told about a model and a plan before anything runs. */
package io.pitlane.model.check;
