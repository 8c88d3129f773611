// SPDX-License-Identifier: GPL-3.0-or-later
// Logs with the Node package `mlflow` to MLFLOW_TRACKING_URI, and compares what is told back with what was logged. The last line is JSON like
// that of mlflow_client.py. To be run where the package is installed.
const path = require('path')
const MLflow = require(path.join(process.cwd(), 'node_modules', 'mlflow'))

const told = {mlflow: 'Node ' + require(path.join(process.cwd(), 'node_modules', 'mlflow', 'package.json')).version, compared: 0, different: [], logged: {}}

function compare(what, seen, wanted) {
  told.compared += 1
  if (JSON.stringify(seen) !== JSON.stringify(wanted)) told.different.push({what, seen: JSON.stringify(seen), wanted: JSON.stringify(wanted)})
}

const pairs = list => Object.fromEntries(list.map(one => [one.key, one.value]))
const refused = promise => promise.then(() => 'accepted', error => JSON.parse(error.message.replace(/^(Error: )+/, '')).data.error_code)

async function experiments({Experiments}) {
  const {experiment_id} = await Experiments.create({name: 'from node'})
  const {experiment} = await Experiments.get({experiment_id})
  compare('experiment', [experiment.name, experiment.lifecycle_stage], ['from node', 'active'])
  compare('experiments', (await Experiments.list()).experiments.map(one => one.name).sort(), ['Default', 'from node'])
  await Experiments.update({experiment_id, new_name: 'node'})
  await Experiments.delete({experiment_id})
  compare('deleted experiment', (await Experiments.get({experiment_id})).experiment.lifecycle_stage, 'deleted')
  await Experiments.restore({experiment_id})
  compare('restored experiment', (await Experiments.get({experiment_id})).experiment.name, 'node')
  return experiment_id
}

async function runs({Runs, Metrics, Artifacts}, experiment_id) {
  const start_time = 1790000000000
  const {run} = await Runs.create({experiment_id, user_id: 'ada', start_time, tags: [{key: 'team', value: 'blue'}]})
  const run_id = run.info.run_id
  const points = Array.from({length: 200}, (_, step) => ({key: 'loss', value: Math.sin(step) / 3, timestamp: start_time + step, step}))
  for (const point of points.slice(0, 20)) await Runs.logMetric({run_id, ...point})
  await Runs.logBatch({run_id, metrics: points.slice(20), params: [{key: 'depth', value: '3'}], tags: [{key: 'stage', value: 'test'}, {key: 'gone', value: 'x'}]})
  await Runs.logParameter({run_id, key: 'name with space', value: 'ü ✓'})
  await Runs.setTag({run_id, key: 'a', value: 'b'})
  await Runs.deleteTag({run_id, key: 'gone'})
  compare('a parameter that changes', await refused(Runs.logParameter({run_id, key: 'depth', value: '4'})), 'INVALID_PARAMETER_VALUE')
  compare('a run that is not there', await refused(Runs.get({run_id: 'f'.repeat(32)})), 'RESOURCE_DOES_NOT_EXIST')
  compare('history', (await Metrics.getHistory({run_id, metric_key: 'loss'})).metrics, points)
  await Runs.update({run_id, status: 'FINISHED', end_time: start_time + 9000})
  const {info, data} = (await Runs.get({run_id})).run
  compare('info', [info.status, info.start_time, info.end_time, info.user_id], ['FINISHED', start_time, start_time + 9000, 'ada'])
  compare('params', pairs(data.params), {depth: '3', 'name with space': 'ü ✓'})
  compare('tags', ['team', 'stage', 'a', 'gone'].map(key => pairs(data.tags)[key]), ['blue', 'test', 'b', undefined])
  compare('search', (await Runs.search({experiment_ids: [experiment_id], filter: "metrics.loss < 1 and params.depth = '3'"})).runs.map(one => one.info.run_id), [run_id])
  compare('artifacts', (await Artifacts.list({run_id})).files || [], [])
  await Runs.delete({run_id})
  compare('deleted run', (await Runs.get({run_id})).run.info.lifecycle_stage, 'deleted')
  await Runs.restore({run_id})
  compare('restored run', (await Runs.get({run_id})).run.info.lifecycle_stage, 'active')
  told.logged['node/' + info.run_name] = {loss: points.map(point => [point.step, point.value])}
}

async function main() {
  const client = new MLflow({endpoint: process.env.MLFLOW_TRACKING_URI})
  await runs(client, await experiments(client))
  console.log(JSON.stringify(told))
  process.exit(told.different.length ? 1 : 0)
}

main().catch(error => { console.error(error); process.exit(2) })
