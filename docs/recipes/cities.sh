#!/bin/sh
# 一个省和它的各个城市放在一个仓库里：cities/nanjing、cities/suzhou …… 各是一个城市的网站文件夹，province 是省的网站文件夹。
# 各城市可以同时生成，省最后生成，并汇集各城市的活动：
#   docs/recipes/cities.sh city nanjing    生成一个城市的网站到 public/nanjing/
#   docs/recipes/cities.sh province        取各城市的开放数据，生成省的网站到 public/；此前 public/ 里要有每个城市的网站
#   以 0 结束：全部生成。以 3 结束：有错误的文件没有发布，其余可以上传。其他：没有可以上传的。其余参数交给 build，如 --allow-removals。
# 各网站的 base_url：省是 https://kepu.example.org/，南京是 https://kepu.example.org/nanjing/，以此类推。
# 它们同一个域名，各城市的 config.yaml 里要写自己的 UID 后缀，否则不同城市的活动会有相同的日程标识，省里只好另给一个：
#   feeds: {uid_host: nanjing.kepu.example.org}
# 省的 config.yaml 里写明汇集哪些城市：
#   sources:
#     nanjing: {name: 南京市, url: gathered/nanjing.json, district: nanjing}
# 请让平台在两次运行之间保留每个网站文件夹里的 .almanac：它记得上次发布了什么。
set -eu
almanac=${ALMANAC:-almanac}

case ${1:-} in
city)
  city=$2
  shift 2
  $almanac --root "cities/$city" build --keep-going --output "public/$city" "$@"
  ;;
province)
  shift
  mkdir -p province/gathered
  for city in cities/*/; do
    city=$(basename "$city")
    cp "public/$city/data/events.json" "province/gathered/$city.json"
  done
  $almanac --root province build --keep-going --output public "$@"
  ;;
*)
  echo "用法：$0 city 城市 | province" >&2
  exit 2
  ;;
esac
