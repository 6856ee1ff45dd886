#!/bin/sh
# 其他平台（Gitee Go、Jenkins ……）：在流水线里运行这一个脚本，它只要 git 和 Python 3.11 以上。
#   docs/recipes/ci.sh review origin/main    检查内容，把公众会看到的变化写到 diff.md；有错误时以 1 结束
#   docs/recipes/ci.sh review origin/main --pictures pictures    另把网页改动前后的图片放进 pictures/（要装 requirements/pictures.txt 和 Chromium）
#   docs/recipes/ci.sh preview https://preview.example.org/12/    生成预览网站到 preview/，有错误的活动不在其中
#   docs/recipes/ci.sh publish               生成网站到 output/，再由平台自己的步骤上传；确实要去掉已发布的日程或订阅地址时，加 --allow-removals
#     以 0 结束：全部发布。以 3 结束：有错误的文件没有发布，其余可以上传，但请让流水线最后失败，好有人去改。其他：没有可以上传的。
# 请让平台在两次运行之间保留 .almanac 文件夹：它记得上次发布了什么，将有日程或订阅地址消失时，生成会停下来。
# 没有 .almanac 时，publish 先从网站上取回已发布的数据（/data/events.json），至少知道有哪些日程。
# 浅克隆（--depth）里没有合并基点，请把克隆深度设为全部。
set -eu
python=${PYTHON:-.venv/bin/python}
if [ ! -x "$python" ]; then
  python3 -m venv .venv
  "$python" -m pip install --quiet --require-hashes -r requirements/site.txt
fi

case ${1:-} in
review)
  status=0
  shift
  base=$(git merge-base "${1:-origin/main}" HEAD)
  [ "$#" -eq 0 ] || shift
  git diff -z --name-only --diff-filter=d "$base" HEAD -- content | xargs -0 "$python" site.py check config.yaml || status=1
  "$python" site.py diff "$base" HEAD --format markdown --limit 100 "$@" > diff.md
  cat diff.md
  exit "$status"
  ;;
preview)
  "$python" site.py build --keep-going --output preview --base-url "$2" || true
  ;;
publish)
  shift
  site=$(sed -n 's/^base_url: *//p' config.yaml)
  [ -d .almanac ] || curl --fail --silent --show-error --location --compressed --create-dirs --output output/data/events.json "${site%/}/data/events.json" || true
  "$python" site.py build --keep-going "$@"
  ;;
*)
  echo "用法：$0 review [目标分支] | preview 网址 | publish" >&2
  exit 2
  ;;
esac
