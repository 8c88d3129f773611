# SPDX-License-Identifier: GPL-3.0-or-later
"""Gradient-boosted trees on the breast-cancer data that scikit-learn ships; XGBoost prints its own progress."""
import xgboost
from sklearn.datasets import load_breast_cancer
from sklearn.model_selection import train_test_split

data = load_breast_cancer()
x_train, x_eval, y_train, y_eval = train_test_split(data.data, data.target, random_state=0)
train = xgboost.DMatrix(x_train, y_train)
evaluation = xgboost.DMatrix(x_eval, y_eval)
xgboost.train({"objective": "binary:logistic", "eval_metric": ["logloss", "auc"], "eta": 0.1, "nthread": 1}, train,
              num_boost_round=60, evals=[(train, "train"), (evaluation, "eval")])
